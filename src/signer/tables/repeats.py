"""Finds the rows whose key already stood in an earlier row, over all files of a run, out of core."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signer.tables.columns import converted
from signer.tables.out_of_core import Room, Stream, open_database

__all__ = ["KeysOfRows", "first_repeat", "repeating_rows"]

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


def _ask(name: str, keys: KeysOfRows, room: Room, question: str) -> Answer:
    passes = [Stream(KEYS, _batches(keys)) for _ in range(2)]
    with open_database(f"finding repeated {name}s", room, passes) as database:
        return _query(database, passes, question)


def _batches(keys: KeysOfRows) -> Iterator[pa.RecordBatch]:
    for rows, texts in keys():
        yield pa.RecordBatch.from_arrays([pa.array(rows), converted(texts, pa.binary())], schema=KEYS)


def _query(database: duckdb.DuckDBPyConnection, passes: Sequence[Stream], question: str) -> Answer:
    database.register("keys", passes[0].reader())
    database.execute(SUSPECTS).fetchall()
    database.unregister("keys")
    if database.execute("SELECT count(*) FROM suspects").fetchall() == [(0,)]:
        return {}
    database.register("keys", passes[1].reader())
    columns = database.execute(question).fetchnumpy()
    return {column: np.asarray(values, dtype=np.int64) for column, values in columns.items()}
