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
from signer.cleaning.rows import keyed, parquet_batches
from signer.cleaning.rules import number_rules, sql_text
from signer.cleaning.writing import private_table
from signer.durable import naming
from signer.records.schemas import POPULATION, SHOTS
from signer.tables.batches import Batches
from signer.tables.columns import TableKind
from signer.tables.files import open_table
from signer.tables.memory import bytes_of, database_limit
from signer.tables.out_of_core import Room, Stream, open_database

__all__ = ["LEAST_SCORE", "SUGGESTIONS", "SuggestCounts", "suggest"]

LEAST_SCORE = 0.95
"""From which score on a suggestion is made, unless one asks for another."""

SUGGESTIONS = pa.schema(
    [
        pa.field("row", pa.int64()),
        pa.field("shot_id", pa.string()),
        pa.field("person_id", pa.string()),
        pa.field("score", pa.float64()),
        pa.field("differs", pa.list_(pa.field("element", pa.string()))),
    ]
)
"""The row of the refused shots, from 0, as several can have one shot_id; the register's number of the likely
person, how likely (0 to 1), and the fields of the shot that are not theirs: of person_id, full_name,
date_of_birth and sex, in this order, one at least."""

ASKED_COLUMNS = ("shot_id", "person_id", "nationality", "full_name", "date_of_birth", "sex", "province")
ASKED = pa.schema([*(SHOTS.field(name) for name in ASKED_COLUMNS), pa.field("reason", pa.string())])
REFUSED_TABLE = TableKind("refused shots", ASKED, "name the refused.parquet of a run", "name such a file")
BARE_NAME = pa.field("bare_name", pa.string())
ASKED_ROWS = fed_schema(ASKED, ASKED.names, [BARE_NAME, pa.field("row", pa.int64())])
PERSON_ROWS = fed_schema(POPULATION, POPULATION.names, [BARE_NAME])
NAME_COLUMNS = ("full_name",)
NAME_ROWS = fed_schema(POPULATION, NAME_COLUMNS)
BATCH_ROWS = 65_536
LEAST_PERSONS = 90_000_000
"""The country's: a register of fewer is a part of it, and the person may stand in another part."""
MOST_PERSONS_OF_KEY = 1000
"""Persons that a shot is compared with for one thing they have in common: where there are more, for none."""
DISABLED_OPTIMIZERS = "join_order,build_side_probe_side,window_self_join"
"""What is held stands on the right of each join; and a stream goes by once: no window may read it twice."""
BYTES_OF_A_SHOT = 1000
"""What the database is given for one while the register goes by: twice what it was seen to hold, as it joins
beside that. Spilling costs more than another pass."""


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

    `least_score` is from 0 to 1, `spill` a private folder that is there. The register is read twice, and once
    more for each further share of the shots where memory is little. Starts threads: do not fork afterwards.

    Raises InputUnreadable as the tables do, and StoppedHalfWay where memory or disk do not suffice.
    """
    asked, names = Fed(_asked(refused)), Fed(_names(population))
    streams = [Stream(ASKED_ROWS, iter(asked)), Stream(NAME_ROWS, iter(names))]
    room = Room(database_limit(memory_limit), spill, threads)
    with open_database("seeking the persons of refused shots", room, streams) as database:
        _read_shots(database, streams)
        _define_terms(database, names.n_rows, least_score)
        n_passes = _passes(asked.n_rows, room)
        for number in range(n_passes):
            streams.append(Stream(PERSON_ROWS, _persons(population)))
            _seek(database, streams[-1], number, n_passes)
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


def _passes(n_shots: int, room: Room) -> int:
    """How often the register goes by, so that what is held of the shots has room."""
    needed = n_shots * BYTES_OF_A_SHOT
    return 1 + needed // max(bytes_of(room.memory_limit, needed + 1), 1)


def _read_shots(database: duckdb.DuckDBPyConnection, streams: Sequence[Stream]) -> None:
    """Fills the tables of shots and of how many persons have their names."""
    for name, stream in zip(("refused_rows", "name_rows"), streams, strict=True):
        database.register(name, stream.reader())
    database.execute(f"SET disabled_optimizers = '{DISABLED_OPTIMIZERS}'")
    database.execute(number_rules())
    for name in ("birth_rules", "blocks", "asked", "namesakes"):
        database.execute(sql_text(name))


def _define_terms(database: duckdb.DuckDBPyConnection, n_persons: int, least_score: float) -> None:
    database.execute(f"""
        CREATE MACRO registered() AS {n_persons}::DOUBLE;
        CREATE MACRO persons() AS {max(n_persons, LEAST_PERSONS)}::DOUBLE;
        CREATE MACRO most_persons() AS {MOST_PERSONS_OF_KEY};
        CREATE MACRO least_score() AS {float(least_score)!r}::DOUBLE;
    """)
    database.execute(sql_text("likeness"))


def _seek(database: duckdb.DuckDBPyConnection, persons: Stream, number: int, n_passes: int) -> None:
    """Adds the candidates of the shots of one pass, for which the register goes by once."""
    database.execute(f"CREATE OR REPLACE MACRO in_pass(shot) AS shot % {n_passes} = {number}")
    database.register("population_rows", persons.reader())
    for name in ("asked_keys", "met_persons", "crowded_keys", "candidates"):
        database.execute(sql_text(name))
    database.unregister("population_rows")
