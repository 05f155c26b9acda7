"""What cleaning refuses can be put right by the truth table, all of it but the unknowable."""

from __future__ import annotations

import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from signer.cleaning import Rules, ShotTable, clean, parquet_batches
from signer.records.products import NATIONAL_NAMES
from signer.records.schemas import POPULATION, SHOTS
from signer.synthetic import write_nation
from signer.tables.columns import TableKind
from signer.tables.files import open_table

UNKNOWABLE = {
    "not_registered": "person_not_found",
    "register_sex": "number_of_other",
    "register_year": "number_of_other",
}
"""By the detail that the truth gives, what cleaning says of such a shot for good."""


@pytest.fixture(params=[5_000, pytest.param(30_000, marks=pytest.mark.long)])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """With a nation of so many people."""
    write_nation(tmp_path / "nation", request.param, seed=52)
    return tmp_path


def cleaned(folder: Path, shots: Path, out: str) -> dict[str, str]:
    """shot_id → decisive reason of what is refused."""
    opened = open_table(shots, shots.name, TableKind("shots", SHOTS, "", ""))
    register = open_table(
        folder / "nation/population.parquet", "population", TableKind("people", POPULATION, "", "")
    )
    clean(
        [ShotTable(parquet_batches(opened, SHOTS))],
        [parquet_batches(register, POPULATION)],
        folder / out,
        Rules(datetime.date(2022, 4, 14), NATIONAL_NAMES),
        memory_limit="500MB",
        threads=2,
    )
    refused = pq.read_table(folder / out / "refused.parquet", columns=["shot_id", "reason"]).to_pydict()
    return dict(zip(refused["shot_id"], refused["reason"], strict=True))


def corrected(shots: pa.Table, truth: pa.Table, refused: dict[str, str]) -> pa.Table:
    """The refused shots with what the truth says in their fields, repeated ones taken out; the others as they
    are."""
    in_hand = pa.array([shot_id in refused for shot_id in shots["shot_id"].to_pylist()])
    rights = {"person_id": truth["person_id"]}
    rights |= {name[len("right_") :]: truth[name] for name in truth.column_names if name.startswith("right_")}
    for name, right in rights.items():
        known = pc.and_(in_hand, right.is_valid())
        put_right = pc.if_else(known, right, shots[name])
        shots = shots.set_column(shots.schema.get_field_index(name), SHOTS.field(name), put_right)
    repeated = pc.and_(in_hand, pc.fill_null(pc.equal(truth["planted"], "duplicate_shot"), False))
    return shots.filter(pc.invert(repeated))


def test_after_one_round_everything_is_verified_but_the_unknowable(folder: Path) -> None:
    nation = folder / "nation"
    shots, truth = pq.read_table(nation / "shots.parquet"), pq.read_table(nation / "truth.parquet")
    first = cleaned(folder, nation / "shots.parquet", "first")
    planted = dict(zip(*(truth[name].to_pylist() for name in ("shot_id", "planted")), strict=True))
    assert set(first) == {shot_id for shot_id, error in planted.items() if error}

    pq.write_table(corrected(shots, truth, first), folder / "corrected.parquet")
    left = cleaned(folder, folder / "corrected.parquet", "again")
    unknowable = {
        row["shot_id"]: UNKNOWABLE[row["detail"]]
        for row in truth.select(["shot_id", "detail"]).to_pylist()
        if row["detail"] in UNKNOWABLE
    }
    assert left == unknowable
    assert set(left.values()) == set(UNKNOWABLE.values())
