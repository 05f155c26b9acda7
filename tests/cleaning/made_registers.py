"""Small tables of shots and people for the tests of cleaning, and the reading of what comes out."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from made_batches import batches_of
from made_shots import GOOD_ROW

from signer.cleaning import CleanCounts, Rules, ShotTable, clean
from signer.records.schemas import POPULATION, SHOTS

TODAY = datetime.date(2022, 4, 14)
HUONG: Mapping[str, Any] = {
    "person_id": "001180012345",
    "full_name": "Nguyễn Thị Hường",
    "date_of_birth": "1980-02-29",
    "sex": "F",
    "province": "Hà Nội",
}
SHOT: Mapping[str, Any] = {**GOOD_ROW, **{name: HUONG[name] for name in HUONG if name != "province"}}


def shot(**changes: Any) -> dict[str, Any]:
    """A shot of HUONG's, right but for the changes."""
    return {**SHOT, **changes}


def person(**changes: Any) -> dict[str, Any]:
    """HUONG in the register, but for the changes."""
    return {**HUONG, **changes}


def cleaned(
    out: Path,
    shots: Sequence[Mapping[str, Any]],
    people: Sequence[Mapping[str, Any]] = (HUONG,),
    *,
    unattested: Sequence[Mapping[str, Any]] = (),
    threads: int = 2,
    **rules: Any,
) -> CleanCounts:
    """Cleans rows, numbered by shot_id S0, S1, … where they have that of the good row."""
    named = [
        {**row, "shot_id": f"S{number}"} if row["shot_id"] == GOOD_ROW["shot_id"] else row
        for number, row in enumerate([*shots, *unattested])
    ]
    tables = [
        ShotTable(batches_of(named[: len(shots)], SHOTS)),
        ShotTable(batches_of(named[len(shots) :], SHOTS), attested=False),
    ]
    terms = Rules(**{"today": TODAY, **rules})
    population = [batches_of(people, POPULATION)]
    return clean(tables, population, out, terms, memory_limit="200MB", threads=threads)


def refusals(out: Path) -> dict[str, tuple[str, str | None]]:
    """shot_id → (reasons joined by a blank, detail)."""
    rows = pq.read_table(
        out / "refused.parquet", columns=["shot_id", "reason", "reasons", "detail"]
    ).to_pylist()
    assert all(row["reason"] == row["reasons"][0] for row in rows)
    return {row["shot_id"]: (" ".join(row["reasons"]), row["detail"]) for row in rows}


def verified_ids(out: Path) -> list[str]:
    """The shot_ids of the verified rows, as they stand there."""
    ids: list[str] = pq.read_table(out / "verified.parquet")["shot_id"].to_pylist()
    return ids


def verdict_on(
    out: Path, one: Mapping[str, Any], people: Sequence[Mapping[str, Any]] = (HUONG,), **rules: Any
) -> Any:
    """(reasons, detail) of a single shot, or None where it is verified."""
    cleaned(out, [one], people, **rules)
    found = refusals(out)
    assert len(found) + len(verified_ids(out)) == 1
    return found.get("S0")
