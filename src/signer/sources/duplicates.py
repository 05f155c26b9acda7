"""Finds the rows whose shot_id already stood in an earlier row, over all sources of a run, out of core."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as kinds

from signer.errors import InputUnreadable, StoppedHalfWay
from signer.sources.source import Source

__all__ = ["find_duplicates"]

BATCH_ROWS = 65_536
ROWS_OF_IDS = pa.schema([("row", pa.int64()), ("shot_id", pa.binary())])

# Equal hashes make a shot_id suspect; the second pass then compares the suspects themselves.
SUSPECTS = """
    CREATE TEMP TABLE suspects AS
    SELECT hash(shot_id) AS digest FROM ids WHERE octet_length(shot_id) > 0
    GROUP BY digest HAVING count(*) > 1
"""
REPEATED = """
    SELECT row FROM (
        SELECT row, row_number() OVER (PARTITION BY shot_id ORDER BY row) AS nth
        FROM ids WHERE octet_length(shot_id) > 0 AND hash(shot_id) IN (SELECT digest FROM suspects)
    ) WHERE nth > 1 ORDER BY row
"""


class _Ids:
    """The ids of all sources for DuckDB to pull. An error is kept, as DuckDB hands on its text alone."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self.fault: InputUnreadable | None = None

    def reader(self) -> pa.RecordBatchReader:
        """Global row number and shot_id of each row, from the beginning."""
        return pa.RecordBatchReader.from_batches(ROWS_OF_IDS, self._batches())

    def _batches(self) -> Iterator[pa.RecordBatch]:
        first_row = 0
        for source in self._sources:
            try:
                yield from _ids_of(source, first_row)
            except (OSError, pa.ArrowException) as error:
                self.fault = InputUnreadable(
                    f"{source.shown_as}: damaged, its shot_ids cannot be read; copy it again"
                )
                raise self.fault from error
            first_row += source.n_rows


def _ids_of(source: Source, first_row: int) -> Iterator[pa.RecordBatch]:
    """The ids of one source. Binary, because DuckDB would end the query at text that is not UTF-8."""
    row = first_row
    with pq.ParquetFile(source.path, pre_buffer=False) as file:
        for batch in file.iter_batches(BATCH_ROWS, columns=["shot_id"], use_threads=False):
            column = batch.column(0)
            if kinds.is_dictionary(column.type):
                column = column.dictionary_decode()
            rows = pa.array(np.arange(row, row + len(batch)))
            yield pa.RecordBatch.from_arrays([rows, column.cast(pa.binary())], schema=ROWS_OF_IDS)
            row += len(batch)


def _query(connection: duckdb.DuckDBPyConnection, ids: _Ids) -> npt.NDArray[np.int64]:
    connection.register("ids", ids.reader())
    connection.execute(SUSPECTS).fetchall()
    connection.unregister("ids")
    if connection.execute("SELECT count(*) FROM suspects").fetchall() == [(0,)]:
        return np.empty(0, dtype=np.int64)
    connection.register("ids", ids.reader())
    rows = connection.execute(REPEATED).fetchnumpy()["row"]
    return np.asarray(rows, dtype=np.int64)


def find_duplicates(
    sources: Sequence[Source], *, memory_limit: str, temp_directory: Path, threads: int | None = None
) -> npt.NDArray[np.int64]:
    """Global row numbers, ascending, of the rows whose shot_id stood in an earlier row; empty ones are none.

    Rows count from 0 over the sources in their order. `memory_limit` is DuckDB's ("1GB"); what does not fit
    goes to `temp_directory`. Starts threads: do not fork afterwards. Raises InputUnreadable where a source is
    damaged, and StoppedHalfWay where memory and disk do not suffice.
    """
    ids = _Ids(sources)
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "temp_directory": str(temp_directory),
        "threads": str(threads or os.cpu_count() or 1),
        "preserve_insertion_order": "false",
    }
    try:
        with duckdb.connect(":memory:", config=settings) as connection:
            return _query(connection, ids)
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        if ids.fault is not None:
            raise ids.fault from None
        raise StoppedHalfWay(
            f"finding repeated shot_ids needs more than {memory_limit} of memory and the room in"
            f" {temp_directory}"
        ) from error
    except duckdb.Error:
        if ids.fault is not None:
            raise ids.fault from None
        raise
