"""An invented nation is cleaned, its sheets are filled in by the truth, and all is verified that can be."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from made_corrections import SIGNED, TODAY

from signer.cleaning import CleanCounts, Rules, ShotTable, clean, parquet_batches
from signer.corrections import read_corrections, write_sheets
from signer.records.products import NATIONAL_NAMES
from signer.records.schemas import POPULATION, SHOTS
from signer.synthetic.nation import write_nation
from signer.tables.batches import Batches
from signer.tables.columns import TableKind
from signer.tables.files import open_table
from signer.tables.out_of_core import Room

CORRECTABLE = (
    "full_name", "date_of_birth", "sex", "vaccine", "dose_number", "doses_in_series", "vaccinated_on",
)  # fmt: skip

UNKNOWABLE = ("not_registered", "register_sex", "register_year")
"""What no facility can correct: the register does not know the person, or has them wrong."""


def fill_in_by_truth(file: Path, truth: Mapping[str, Mapping[str, Any]]) -> None:
    """What a facility would do that knew everything: correct what is wrong, withdraw what repeats."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        header, *rows = csv.reader(opened)
    at = {name: place for place, name in enumerate(header)}
    for row in rows:
        right = truth.get(row[at["shot_id"]])
        if right is None:
            continue
        if right["planted"] == "duplicate_shot":
            changes = {"withdraw": "yes"}
        else:
            changes = {f"correct_{name}": right[f"right_{name}"] for name in CORRECTABLE}
            if right["person_id"] != row[at["person_id"]]:
                changes["correct_person_id"] = right["person_id"]
        filled = {name: str(value) for name, value in changes.items() if value is not None}
        for name, value in {**filled, **SIGNED}.items() if filled else ():
            row[at[name]] = value
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        csv.writer(opened).writerows([header, *rows])


def batches_of_file(path: Path) -> Batches:
    schema = POPULATION if path.name == "population.parquet" else SHOTS
    return parquet_batches(open_table(path, path.name, TableKind("rows", schema, "", "")), schema)


def cleaned(shots: Batches, nation: Path, out: Path) -> CleanCounts:
    rules = Rules(TODAY, NATIONAL_NAMES)
    people = [batches_of_file(nation / "population.parquet")]
    return clean([ShotTable(shots)], people, out, rules, memory_limit="1GB", threads=2)


def round_trip(nation: Path, out: Path) -> None:
    """Cleans, corrects and cleans again; what is left is the unknowable."""
    shots = batches_of_file(nation / "shots.parquet")
    first = cleaned(shots, nation, out / "first")
    sheets = out / "corrections"
    write_sheets(out / "first" / "refused.parquet", None, sheets, "csv", Room("1GB", out, 2))
    truth = {
        row["shot_id"]: row for row in pq.read_table(nation / "truth.parquet").to_pylist() if row["planted"]
    }
    for file in sheets.rglob("*.csv"):
        fill_in_by_truth(file, truth)
    taken = read_corrections([sheets], [shots], TODAY, lambda *_: None, Room("1GB", out, 2))
    assert taken.refused.to_pylist() == []
    second = cleaned(taken.apply(shots), nation, out / "second")
    assert second.shots == first.shots - taken.n_withdrawn
    left = pq.read_table(out / "second" / "refused.parquet", columns=["shot_id"])["shot_id"].to_pylist()
    assert set(left) == {shot_id for shot_id, row in truth.items() if row["detail"] in UNKNOWABLE}
    assert left


def test_a_nation_corrected_by_its_truth_is_verified_but_for_the_unknowable(tmp_path: Path) -> None:
    nation = tmp_path / "nation"
    write_nation(nation, 1_000, 20220414)
    round_trip(nation, tmp_path)


@pytest.mark.long
def test_so_is_a_larger_nation(tmp_path: Path) -> None:
    nation = tmp_path / "nation"
    write_nation(nation, 20_000, 5)
    round_trip(nation, tmp_path)
