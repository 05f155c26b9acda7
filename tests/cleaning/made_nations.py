"""Invented nations, opened and cleaned for the tests."""

from __future__ import annotations

import hashlib
from pathlib import Path

from made_registers import TODAY

from signer.cleaning import Rules, ShotTable, clean, parquet_batches
from signer.records.products import NATIONAL_NAMES
from signer.records.schemas import POPULATION, SHOTS
from signer.tables.batches import Batches
from signer.tables.columns import TableKind
from signer.tables.files import open_table


def population_of(nation: Path) -> Batches:
    """Its register."""
    kind = TableKind("people", POPULATION, "", "")
    return parquet_batches(open_table(nation / "population.parquet", "population.parquet", kind), POPULATION)


def clean_nation(nation: Path, out: Path, memory_limit: str = "500MB", threads: int = 2) -> dict[str, str]:
    """Cleans it; gives the digests of both files."""
    shots = open_table(nation / "shots.parquet", "shots.parquet", TableKind("shots", SHOTS, "", ""))
    counts = clean(
        [ShotTable(parquet_batches(shots, SHOTS))],
        [population_of(nation)],
        out,
        Rules(TODAY, NATIONAL_NAMES),
        memory_limit=memory_limit,
        threads=threads,
    )
    assert counts.verified + sum(counts.refused.values()) == counts.shots == shots.n_rows
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.iterdir()}
