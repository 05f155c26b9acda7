"""Refused shots as rows of correction files, those of a facility behind each other."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from signer.corrections.cell_text import shown
from signer.corrections.problems import problems
from signer.corrections.sheet_columns import AS_IT_IS, PLACE
from signer.corrections.statements import sql_text
from signer.errors import InputUnreadable
from signer.tables.out_of_core import Room, Stream, open_database
from signer.tables.read_ahead import ahead

__all__ = ["SHOWN", "Facility", "RefusedRows", "parquet_rows", "sorted_rows"]

SHOWN = ("shot_id", *PLACE, "problem", "reasons", *AS_IT_IS, "suggestion")
"""The columns with something in them, as text without nulls."""

FROM_SHOTS = tuple(name for name in SHOWN if name not in ("problem", "reasons", "suggestion"))
REFUSED_ROWS = pa.schema([("row", pa.int64()), *((name, pa.string()) for name in SHOWN[:-1])])
SUGGESTIONS = pa.schema([("row", pa.int64()), ("suggestion", pa.string())])

NOT_ATTESTED = "not_attested"
"""Has no sheet: nobody vouches for the place that it names, and a correction of it would be of no shot."""

COUNTED = "SELECT province, district, facility, count(*) FROM refused GROUP BY ALL ORDER BY ALL"
BATCH_ROWS = 20_000


@dataclass(frozen=True)
class Facility:
    """A place as its rows name it, "" where they do not, and how many rows it has."""

    province: str
    district: str
    facility: str
    n_rows: int


class RefusedRows:
    """The facilities, and the rows of each in the same order."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        found = database.execute(COUNTED).fetchall()
        self.facilities = [Facility(str(one), str(two), str(three), int(n)) for one, two, three, n in found]
        self._database = database

    def by_facility(
        self, written: Callable[[pa.RecordBatch], pa.RecordBatch]
    ) -> Generator[tuple[Facility, Iterator[pa.RecordBatch]], None, None]:
        """Each facility with its rows of SHOWN, as `written` makes them; take all of one before the next.

        Most facilities have few rows, so `written` is asked for those of many at a time.
        """
        batches = self._database.execute(sql_text("refused_in_order")).to_arrow_reader(BATCH_ROWS)
        with closing(ahead(map(written, batches))) as read_ahead:
            rest = _Rest(read_ahead)
            for facility in self.facilities:
                yield facility, rest.next_rows(facility.n_rows)


class _Rest:
    """Batches to take rows from, however they are cut."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self._batches = batches
        self._batch: pa.RecordBatch | None = None

    def next_rows(self, n_rows: int) -> Iterator[pa.RecordBatch]:
        while n_rows:
            batch = self._batch if self._batch is not None else next(self._batches)
            yield batch.slice(0, n_rows)
            self._batch = batch.slice(n_rows) if len(batch) > n_rows else None
            n_rows -= min(n_rows, len(batch))


@contextmanager
def sorted_rows(refused: Path, suggestions: Path | None, room: Room) -> Iterator[RefusedRows]:
    """Joins and sorts them. Starts threads: do not fork afterwards.

    Raises InputUnreadable where a file is damaged, and StoppedHalfWay where memory and disk do not suffice.
    """
    streams = Stream(REFUSED_ROWS, _refused(refused)), Stream(SUGGESTIONS, _suggested(suggestions))
    with open_database("sorting refused shots by facility", room, streams) as database:
        for name, stream in zip(("refused_rows", "suggestion_rows"), streams, strict=True):
            database.register(name, stream.reader())
        database.execute(sql_text("refused_with_suggestions"))
        yield RefusedRows(database)


def parquet_rows(path: Path, columns: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
    """The rows of a table that cleaning has written. Raises InputUnreadable."""
    try:
        with pq.ParquetFile(path, pre_buffer=False) as parquet:
            yield from parquet.iter_batches(BATCH_ROWS, columns=list(columns), use_threads=False)
    except (OSError, pa.ArrowException) as error:
        raise InputUnreadable(f"{path}: cannot be read; clean the shots again") from error


def _refused(path: Path) -> Iterator[pa.RecordBatch]:
    row = 0
    for every in parquet_rows(path, (*FROM_SHOTS, "reason", "reasons", "detail")):
        attested = pc.not_equal(every.column("reason"), NOT_ATTESTED)
        rows = pa.array(np.arange(row, row + len(every))).filter(attested)
        row += len(every)
        batch = every.filter(attested)
        reasons = pc.binary_join(batch.column("reasons"), ", ")
        cells = {name: shown(batch.column(name)) for name in FROM_SHOTS}
        cells["reasons"] = reasons
        cells["problem"] = problems(reasons, batch.column("detail"))
        columns = [rows, *(cells[name] for name in SHOWN[:-1])]
        yield pa.RecordBatch.from_arrays(columns, schema=REFUSED_ROWS)


def _suggested(path: Path | None) -> Iterator[pa.RecordBatch]:
    if path is None:
        return
    for batch in parquet_rows(path, ("row", "person_id", "differs")):
        differs = shown(pc.binary_join(batch.column("differs"), ", "))
        likely = shown(batch.column("person_id"))
        words = pc.binary_join_element_wise(
            likely, pc.if_else(pc.equal(differs, ""), "nothing", differs), ": "
        )
        said = pc.binary_join_element_wise(words, pa.scalar(" differs"), "")
        yield pa.RecordBatch.from_arrays([batch.column("row"), said], schema=SUGGESTIONS)
