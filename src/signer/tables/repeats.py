"""Finds the rows whose key already stood in an earlier row, over all files of a run, out of core."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signer.errors import InputUnreadable, StoppedHalfWay
from signer.tables.columns import converted

__all__ = ["KeysOfRows", "Room", "first_repeat", "repeating_rows"]

KeysOfRows = Callable[[], Iterator[tuple[npt.NDArray[np.int64], pa.Array]]]
"""Gives, each time from the beginning, the numbers of some rows and their keys, texts of any kind."""

# Binary, because DuckDB would end the query at text that is not UTF-8.
KEYS = pa.schema([("row", pa.int64()), ("key", pa.binary())])

# Equal hashes make a key suspect; the second pass then compares the suspects themselves.
SUSPECTS = """
    CREATE TEMP TABLE suspects AS
    SELECT hash(key) AS digest FROM keys WHERE octet_length(key) > 0
    GROUP BY digest HAVING count(*) > 1
"""
ALL_REPEATS = """
    SELECT row FROM (
        SELECT row, row_number() OVER (PARTITION BY key ORDER BY row) AS nth
        FROM keys WHERE octet_length(key) > 0 AND hash(key) IN (SELECT digest FROM suspects)
    ) WHERE nth > 1 ORDER BY row
"""
FIRST_REPEAT = """
    SELECT min(row) AS first_row, max(row) AS last_row
    FROM keys WHERE octet_length(key) > 0 AND hash(key) IN (SELECT digest FROM suspects)
    GROUP BY key HAVING count(*) > 1 ORDER BY first_row LIMIT 1
"""

Answer = dict[str, npt.NDArray[np.int64]]
"""Columns of a query; none where no key is suspect."""


@dataclass(frozen=True)
class Room:
    """What comparing may take. `memory_limit` is DuckDB's ("1GB"); the rest goes to `temp_directory`."""

    memory_limit: str
    temp_directory: Path
    threads: int


def repeating_rows(name: str, keys: KeysOfRows, room: Room) -> npt.NDArray[np.int64]:
    """The rows, ascending, whose key stood in an earlier row; empty keys and nulls repeat nothing.

    `name` is what messages call a key. Starts threads: do not fork afterwards. Raises InputUnreadable as
    `keys` does, and StoppedHalfWay where memory and disk do not suffice.
    """
    return _ask(name, keys, room, ALL_REPEATS).get("row", np.empty(0, dtype=np.int64))


def first_repeat(name: str, keys: KeysOfRows, room: Room) -> tuple[int, int] | None:
    """The first and the last row of the first key that repeats, if any; else as `repeating_rows`."""
    found = _ask(name, keys, room, FIRST_REPEAT)
    rows = [int(row) for column in found.values() for row in column]
    return (rows[0], rows[1]) if rows else None


class _Puller:
    """The keys for DuckDB to pull. An error is kept, as DuckDB hands on its text alone."""

    def __init__(self, keys: KeysOfRows) -> None:
        self._keys = keys
        self.fault: InputUnreadable | None = None

    def reader(self) -> pa.RecordBatchReader:
        """All rows, from the beginning."""
        return pa.RecordBatchReader.from_batches(KEYS, self._batches())

    def _batches(self) -> Iterator[pa.RecordBatch]:
        try:
            for rows, keys in self._keys():
                columns = [pa.array(rows), converted(keys, pa.binary())]
                yield pa.RecordBatch.from_arrays(columns, schema=KEYS)
        except InputUnreadable as error:
            self.fault = error
            raise


def _ask(name: str, keys: KeysOfRows, room: Room, question: str) -> Answer:
    puller = _Puller(keys)
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": room.memory_limit,
        "temp_directory": str(room.temp_directory),
        "threads": str(room.threads),
        "preserve_insertion_order": "false",
    }
    try:
        with duckdb.connect(":memory:", config=settings) as connection:
            return _query(connection, puller, question)
    except duckdb.Error as error:
        if puller.fault is not None:
            raise puller.fault from None
        if isinstance(error, duckdb.OutOfMemoryException | duckdb.IOException):
            raise StoppedHalfWay(
                f"finding repeated {name}s needs more than {room.memory_limit} of memory and the room in"
                f" {room.temp_directory}"
            ) from error
        raise


def _query(connection: duckdb.DuckDBPyConnection, puller: _Puller, question: str) -> Answer:
    connection.register("keys", puller.reader())
    connection.execute(SUSPECTS).fetchall()
    connection.unregister("keys")
    if connection.execute("SELECT count(*) FROM suspects").fetchall() == [(0,)]:
        return {}
    connection.register("keys", puller.reader())
    columns = connection.execute(question).fetchnumpy()
    return {column: np.asarray(values, dtype=np.int64) for column, values in columns.items()}
