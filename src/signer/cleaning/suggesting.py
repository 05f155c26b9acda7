"""Seeks the likely person of each refused shot in the register: suggestions, which nothing applies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from signer.cleaning.bare_names import bare_names
from signer.cleaning.matching import Fed, fed_schema
from signer.cleaning.rows import Batches, keyed, parquet_batches
from signer.cleaning.rules import sql_text
from signer.cleaning.writing import private_table
from signer.durable import naming
from signer.records.schemas import POPULATION, SHOTS
from signer.tables.columns import TableKind
from signer.tables.files import open_table
from signer.tables.out_of_core import Room, Stream, open_database

__all__ = ["LEAST_SCORE", "SUGGESTIONS", "SuggestCounts", "suggest"]

LEAST_SCORE = 0.95
"""From which score on a suggestion is made, unless one asks for another."""

SUGGESTIONS = pa.schema(
    [
        pa.field("shot_id", pa.string()),
        pa.field("person_id", pa.string()),
        pa.field("score", pa.float64()),
        pa.field("differs", pa.list_(pa.field("element", pa.string()))),
    ]
)
"""The register's number of the likely person, how likely (0 to 1), and the fields of the shot that are not
theirs: of person_id, full_name, date_of_birth and sex, in this order, one at least."""

ASKED_COLUMNS = ("shot_id", "person_id", "nationality", "full_name", "date_of_birth", "sex", "province")
ASKED = pa.schema([*(SHOTS.field(name) for name in ASKED_COLUMNS), pa.field("reason", pa.string())])
REFUSED_TABLE = TableKind("refused shots", ASKED, "name the refused.parquet of a run", "name such a file")
BARE_NAME = pa.field("bare_name", pa.string())
ASKED_ROWS = fed_schema(ASKED, ASKED.names, [BARE_NAME, pa.field("row", pa.int64())])
PERSON_ROWS = fed_schema(POPULATION, POPULATION.names, [BARE_NAME])
NAME_COLUMNS = ("full_name",)
NAME_ROWS = fed_schema(POPULATION, NAME_COLUMNS)
BATCH_ROWS = 65_536


@dataclass(frozen=True)
class SuggestCounts:
    """Refused shots, and those of them for which somebody is suggested."""

    refused: int
    suggested: int


def suggest(
    refused: Path,
    population: Sequence[Batches],
    out_file: Path,
    *,
    memory_limit: str,
    threads: int,
    spill: Path,
    least_score: float = LEAST_SCORE,
) -> SuggestCounts:
    """Writes a table of SUGGESTIONS, mode 0600, for one of REFUSED_SHOTS: in its order, at most one a shot.

    `least_score` is from 0 to 1, `spill` a private folder that is there. The register is read twice. Starts
    threads: do not fork afterwards.

    Raises InputUnreadable as the tables do, and StoppedHalfWay where memory or disk do not suffice.
    """
    asked, names = Fed(_asked(refused)), Fed(_names(population))
    streams = (
        Stream(ASKED_ROWS, iter(asked)),
        Stream(NAME_ROWS, iter(names)),
        Stream(PERSON_ROWS, _persons(population)),
    )
    room = Room(memory_limit, spill, threads)
    with open_database("seeking the persons of refused shots", room, streams) as database:
        _seek(database, streams, names, least_score)
        found = database.execute(sql_text("suggestions")).to_arrow_reader(BATCH_ROWS)
        with naming(out_file), private_table(out_file, SUGGESTIONS) as table:
            for batch in found:
                table.write(batch.cast(SUGGESTIONS))
    return SuggestCounts(asked.n_rows, table.n_rows)


def _asked(refused: Path) -> Iterator[pa.RecordBatch]:
    row = 0
    for batch in parquet_batches(open_table(refused, refused.name, REFUSED_TABLE), ASKED)(ASKED.names):
        rows = pa.array(np.arange(row, row + len(batch)))
        row += len(batch)
        yield pa.RecordBatch.from_arrays([*_with_bare_names(batch), rows], schema=ASKED_ROWS)


def _with_bare_names(batch: pa.RecordBatch) -> list[pa.Array]:
    found = keyed(batch)
    return [*found.columns, bare_names(found.column("full_name_key"))]


def _names(population: Sequence[Batches]) -> Iterator[pa.RecordBatch]:
    for batches in population:
        yield from map(keyed, batches(NAME_COLUMNS))


def _persons(population: Sequence[Batches]) -> Iterator[pa.RecordBatch]:
    for batches in population:
        for batch in batches(POPULATION.names):
            yield pa.RecordBatch.from_arrays(_with_bare_names(batch), schema=PERSON_ROWS)


def _seek(
    database: duckdb.DuckDBPyConnection, streams: tuple[Stream, ...], names: Fed, least_score: float
) -> None:
    """Fills the tables that the suggestions come from."""
    for name, stream in zip(("refused_rows", "name_rows", "population_rows"), streams, strict=True):
        database.register(name, stream.reader())
    database.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
    for name in ("number_rules", "birth_rules", "blocks", "asked", "namesakes"):
        database.execute(sql_text(name))
    database.execute(f"""
        CREATE MACRO persons() AS {max(names.n_rows, 1)}::DOUBLE;
        CREATE MACRO least_score() AS {float(least_score)!r}::DOUBLE;
    """)
    for name in ("likeness", "candidates"):
        database.execute(sql_text(name))
