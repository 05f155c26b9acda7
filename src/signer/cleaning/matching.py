"""Holds shots against the population register and each other, out of core, in DuckDB (sql/*.sql)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from signer.cleaning.rows import ShotTable, keyed
from signer.cleaning.rules import Rules, define_rules, sql_text
from signer.records.schemas import POPULATION, SHOTS
from signer.tables.batches import Batches
from signer.tables.out_of_core import Room, Stream, open_database

__all__ = ["Verdicts", "judged_shots"]

SHOT_COLUMNS = (
    "person_id", "nationality", "full_name", "date_of_birth", "sex", "vaccine", "dose_number",
    "doses_in_series", "vaccinated_on",
)  # fmt: skip
PERSON_COLUMNS = ("person_id", "full_name", "date_of_birth", "sex")
VERDICT_ROWS = 65_536


def fed_schema(schema: pa.Schema, columns: Sequence[str], beside: Sequence[pa.Field] = ()) -> pa.Schema:
    fields = [schema.field(name) for name in columns]
    named = [part.with_name("full_name_key") if part.name == "full_name" else part for part in fields]
    return pa.schema([*named, *beside])


SHOT_ROWS = fed_schema(SHOTS, SHOT_COLUMNS, [pa.field("row", pa.int64()), pa.field("attested", pa.bool_())])
POPULATION_ROWS = fed_schema(POPULATION, PERSON_COLUMNS)


@dataclass(frozen=True)
class Verdicts:
    """What speaks against each row. `batches` has row, classes and detail of refused and foreigners' rows.

    Rows count from 0 over all tables of shots and ascend. `n_shots` and `n_persons` are the rows read;
    `is_repeated` tells whether a number that was looked for stands in the register more than once.
    """

    batches: Iterator[pa.RecordBatch]
    n_shots: int
    n_persons: int
    is_repeated: bool


@contextmanager
def judged_shots(
    shots: Sequence[ShotTable], population: Sequence[Batches], rules: Rules, room: Room
) -> Iterator[Verdicts]:
    """Gives the verdicts on all shots, the same whatever the `room`. Starts threads: do not fork afterwards.

    Raises InputUnreadable as the tables do, and StoppedHalfWay where memory and disk do not suffice.
    """
    shot_rows, persons = Fed(_shot_batches(shots)), Fed(_person_batches(population))
    streams = Stream(SHOT_ROWS, iter(shot_rows)), Stream(POPULATION_ROWS, iter(persons))
    with open_database("matching shots with the population", room, streams) as database:
        define_rules(database, rules)
        is_repeated = _judge(database, streams, shot_rows)
        found = database.execute(sql_text("verdicts")).to_arrow_reader(VERDICT_ROWS)
        yield Verdicts(iter(found), shot_rows.n_rows, persons.n_rows, is_repeated)


class Fed:
    """Batches that are counted while they go by."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self.n_rows = 0
        self._batches = batches

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self._batches:
            self.n_rows += len(batch)
            yield batch


def _shot_batches(shots: Sequence[ShotTable]) -> Iterator[pa.RecordBatch]:
    row = 0
    for table in shots:
        for batch in table.batches(SHOT_COLUMNS):
            rows = pa.array(np.arange(row, row + len(batch)))
            attested = pa.array(np.full(len(batch), table.attested))
            row += len(batch)
            yield pa.RecordBatch.from_arrays([*keyed(batch).columns, rows, attested], schema=SHOT_ROWS)


def _person_batches(population: Sequence[Batches]) -> Iterator[pa.RecordBatch]:
    for batches in population:
        yield from map(keyed, batches(PERSON_COLUMNS))


def _judge(database: duckdb.DuckDBPyConnection, streams: tuple[Stream, Stream], shot_rows: Fed) -> bool:
    """Fills the tables that the verdicts come from; tells whether a number stood twice in the register."""
    for name, stream in zip(("shot_rows", "population_rows"), streams, strict=True):
        database.register(name, stream.reader())
    for name in ("shots", "population", "match"):
        database.execute(sql_text(name))
    (n_judged,) = database.execute("SELECT count(*) FROM judged").fetchall()[0]
    is_repeated = bool(n_judged > shot_rows.n_rows)
    if is_repeated:
        database.execute(sql_text("best_match"))
    for name in ("repeats", "conflicts"):
        database.execute(sql_text(name))
    return is_repeated
