"""Finds the rows of a run that are not their person's latest dose, out of core."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signer import durable, sources
from signer.campaign.row_list import RowList, write_row_list
from signer.sources.duplicates import are_distinct, read_columns
from signer.tables.columns import converted
from signer.tables.out_of_core import Room, Stream, open_database

__all__ = ["find_earlier_doses"]

# Binary, because DuckDB would end the query at text that is not UTF-8.
DOSES = pa.schema([("person_id", pa.binary()), ("rank", pa.uint64()), ("row", pa.int64())])
MEMORY_LIMIT = "150MB"

# The greatest rank of a person and, of equals, the first row: one number of both is the quickest to compare.
LATEST = """
    SELECT (1099511627775 - max(rank::HUGEINT * 1099511627776 + 1099511627775 - row) % 1099511627776)::BIGINT
    AS row FROM doses GROUP BY person_id
"""
LOWEST = -(2**31)


def find_earlier_doses(
    opened: Sequence[sources.Source],
    duplicates: npt.NDArray[np.int64],
    out: Path,
    *,
    temp_directory: Path,
    memory_limit: str = MEMORY_LIMIT,
    threads: int | None = None,
) -> RowList:
    """Finds the rows whose person_id has a later dose in another row of the sources; writes them to `out`.

    The latest dose is the one with the latest vaccinated_on, of these the one with the highest dose_number,
    and of these the first row. Dates and numbers that are missing or cannot be read rank last. Rows that
    repeat an earlier shot_id, `duplicates` (ascending), take no part. Rows without person_id are listed
    nowhere: issuing refuses each of them.

    Nothing else of a row is looked at, so the latest dose counts even if issuing refuses it: the person gets
    no certificate of an earlier dose instead, but one of the latest when that is corrected.

    Starts threads: do not fork afterwards. Raises InputUnreadable, naming the file, where one is damaged, and
    StoppedHalfWay or DiskFull where memory and disk do not suffice.
    """
    doses = _Doses(opened, duplicates)
    stream = Stream(DOSES, doses.batches())
    room = Room(memory_limit, temp_directory, threads or os.cpu_count() or 1)
    with open_database("finding the earlier doses", room, [stream]) as database:
        database.register("doses", stream.reader())
        for latest in database.execute(LATEST).to_arrow_reader():
            doses.is_earlier[latest.column("row").to_numpy()] = False
    rows = np.flatnonzero(doses.is_earlier)
    with durable.naming(out):
        return write_row_list(out, [pa.table({"row": pa.array(rows, pa.int64())})])


class _Doses:
    """The rows that take part; `is_earlier` holds for each that has been read until a latest is cleared."""

    def __init__(self, opened: Sequence[sources.Source], duplicates: npt.NDArray[np.int64]) -> None:
        self._opened = opened
        self._duplicates = duplicates
        self.is_earlier = np.zeros(sum(source.n_rows for source in opened), np.bool_)

    def batches(self) -> Iterator[pa.RecordBatch]:
        for rows, shots in read_columns(self._opened, ["person_id", "dose_number", "vaccinated_on"]):
            person_ids = converted(shots.column("person_id"), pa.binary())
            inside = are_distinct(rows, person_ids, self._duplicates)
            self.is_earlier[rows] = inside
            columns = [person_ids, pa.array(_ranks(shots)), pa.array(rows)]
            yield pa.RecordBatch.from_arrays(columns, schema=DOSES).filter(pa.array(inside))


def _ranks(shots: pa.RecordBatch) -> npt.NDArray[np.uint64]:
    """Greater for a later date and, on one date, for a higher dose number."""
    dates = converted(shots.column("vaccinated_on"), pa.date32()).cast(pa.int32())
    doses = shots.column("dose_number").cast(pa.int64(), safe=False)
    day, dose = (column.fill_null(LOWEST).to_numpy().astype(np.int64) for column in (dates, doses))
    dose = np.where((dose >= LOWEST) & (dose < -LOWEST), dose, LOWEST)
    return np.asarray((day - LOWEST).astype(np.uint64) * 2**32 + (dose - LOWEST).astype(np.uint64), np.uint64)
