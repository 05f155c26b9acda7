"""Random corrections against a dictionary: what it says is what comes out."""

from __future__ import annotations

import csv
import random
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from made_corrections import (
    SIGNED,
    corrected,
    made_sheets,
    read_csv,
    refused_as,
    refused_shot,
    sheet_files,
    taken_in,
    write_csv,
)

from signer.corrections.csv_text import csv_lines
from signer.records.schemas import SHOTS
from signer.tables.spreadsheet_text import guarded, unguarded_text

SEED = 20220414
GONE: dict[str, Any] = {"gone": True}
VALUES: dict[str, list[tuple[str, Any]]] = {
    "full_name": [("Lê Hoa", "Lê Hoa"), ("Đặng Thị Đào", "Đặng Thị Đào")],
    "sex": [("M", "M"), ("nữ", "F")],
    "date_of_birth": [("1990-01-02", "1990-01-02"), ("1990", "1990")],
    "dose_number": [("1", 1), ("2", 2)],
    "person_id": [("001180012345", "001180012345"), ("M1234567", "M1234567")],
}
TEXTS = st.lists(st.one_of(st.none(), st.text(), st.binary()), min_size=1, max_size=8)


def random_shots(chosen: random.Random) -> list[dict[str, Any]]:
    return [
        refused_shot(
            shot_id=f"S{row}",
            facility=chosen.choice(["F1", "f1", "F/2", None]),
            full_name=chosen.choice(["Lê Hoà", "-x", "\ufffd", "a\nb", None]),
            sex=chosen.choice(["M", None]),
        )
        for row in range(chosen.choice([1, 15, 40]))
    ]


def fill_in_at_random(chosen: random.Random, folder: Path) -> dict[str, dict[str, Any]]:
    """Fills in some rows; gives what each shot is to become, GONE for one that is to go."""
    expected: dict[str, dict[str, Any]] = {}
    for file in sheet_files(folder):
        rows = read_csv(file)
        for row in rows:
            if chosen.random() < 0.5:
                continue
            drawn = {name: chosen.choice(VALUES[name]) for name in VALUES if chosen.random() < 0.4}
            if not drawn:
                row.update(SIGNED, withdraw="yes")
                expected[row["shot_id"]] = GONE
            else:
                row.update(SIGNED, **{f"correct_{name}": typed for name, (typed, _) in drawn.items()})
                expected[row["shot_id"]] = {name: value for name, (_, value) in drawn.items()}
        chosen.shuffle(rows)
        write_csv(file, rows, delimiter=chosen.choice(",;\t"))
    return expected


def test_random_corrections_come_out_as_a_dictionary_says() -> None:
    print("seed", SEED)
    chosen = random.Random(SEED)
    for _ in range(5):
        shots = random_shots(chosen)
        with tempfile.TemporaryDirectory() as folder:
            sheets = made_sheets(Path(folder), shots)
            expected = fill_in_at_random(chosen, sheets)
            taken = taken_in([sheets], shots)
        assert refused_as(taken) == []
        model = [
            {**{name: shot[name] for name in SHOTS.names}, **expected.get(shot["shot_id"], {})}
            for shot in shots
            if expected.get(shot["shot_id"]) != GONE
        ]
        assert corrected(taken, shots) == model


@given(TEXTS)
@settings(deadline=None, max_examples=200)
def test_a_text_comes_back_from_a_cell_as_it_was(texts: list[str | bytes | None]) -> None:
    only_texts = [text for text in texts if isinstance(text, str)]
    column = pa.array(only_texts, pa.string())
    assert [unguarded_text(cell) for cell in guarded(column).to_pylist()] == only_texts


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1))
@settings(deadline=None, max_examples=200)
def test_a_line_of_csv_reads_as_the_cells_it_was_made_of(texts: list[str]) -> None:
    row = pa.RecordBatch.from_pydict({str(place): pa.array([text]) for place, text in enumerate(texts)})
    (line,) = csv_lines(row, 2).to_pylist()
    (cells,) = csv.reader([line], strict=True) if not set(line[:-2]) & set("\r\n") else [None]
    if cells is not None:
        assert list(map(unguarded_text, cells)) == [*texts, "", ""]
