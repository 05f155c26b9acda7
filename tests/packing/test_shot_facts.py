"""Nationality and lot of selected certificates: each row has those of its own shot, in order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from made_certificates import write_certificates

from signer.errors import InputUnreadable
from signer.packing.certificate_files import open_certificates
from signer.packing.choosing import NOT_CHOSEN, choose
from signer.packing.selection import Selection
from signer.packing.shot_facts import find_facts, no_facts

N_ROWS = 3000


def shots(*numbers: int, lot: str = "L") -> pa.RecordBatch:
    columns = {
        "lot": [f"{lot}{number}" for number in numbers],
        "nationality": [None if number % 5 == 0 else "VN" for number in numbers],
        "shot_id": [f"S{number}" for number in numbers],
    }
    return pa.RecordBatch.from_pydict({name: pa.array(each, pa.string()) for name, each in columns.items()})


@pytest.mark.parametrize("selection", [Selection(), Selection(provinces=["A"])], ids=str)
def test_every_selected_row_has_the_facts_of_the_first_shot_of_its_id(
    tmp_path: Path, selection: Selection
) -> None:
    changes = {row: {"province": "A" if row % 3 else "B"} for row in range(N_ROWS)}
    files = open_certificates([write_certificates(tmp_path / "in.parquet", N_ROWS, changes, 700)])
    choice = choose(files, selection, "none")
    backwards = [shots(*range(first, first - 500, -1)) for first in range(N_ROWS + 99, 500, -500)]
    repeated = [*backwards, shots(*range(N_ROWS), lot="later")]
    rows = np.flatnonzero(choice.group_of_row != NOT_CHOSEN)
    known = {shot_id for batch in backwards for shot_id in batch["shot_id"].to_pylist()}
    with find_facts(repeated, files, choice, tmp_path, threads=2) as facts_of:
        for some in np.array_split(rows, 7):
            expected = [
                {
                    "nationality": None if row % 5 == 0 else "VN",
                    "lot": f"L{row}" if f"S{row}" in known else f"later{row}",
                }
                for row in some.tolist()
            ]
            assert facts_of(some).to_pylist() == expected


def test_a_certificate_without_a_shot_has_nulls(tmp_path: Path) -> None:
    changes: dict[int, dict[str, object]] = {1: {"shot_id": None}}
    files = open_certificates([write_certificates(tmp_path / "in.parquet", 4, changes)])
    choice = choose(files, Selection(), "none")
    with find_facts([shots(3)], files, choice, tmp_path, threads=1) as facts_of:
        assert facts_of(np.arange(4)).column("lot").to_pylist() == [None, None, None, "L3"]
    assert no_facts(np.arange(4)).column("lot").null_count == 4


def test_an_error_of_the_shots_comes_through_as_it_is(tmp_path: Path) -> None:
    def damaged() -> Iterator[pa.RecordBatch]:
        yield shots(1)
        raise InputUnreadable("shots.parquet: damaged")

    files = open_certificates([write_certificates(tmp_path / "in.parquet", 4)])
    choice = choose(files, Selection(), "none")
    with (
        pytest.raises(InputUnreadable, match=r"shots\.parquet: damaged"),
        find_facts(damaged(), files, choice, tmp_path, threads=1),
    ):
        pass
