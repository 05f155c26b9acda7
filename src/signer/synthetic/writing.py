"""Writes a table to Parquet in row groups of 100,000 rows, under a temporary name until it is whole."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["ROWS_PER_GROUP", "TableWriter"]

ROWS_PER_GROUP = 100_000


class TableWriter:
    """Takes tables of any length, writes full row groups; `publish` gives the file its name.

    A thread of its own writes one table while the caller makes the next; no more than that one waits, and the
    order is that of the calls.

    `distinct` names the columns in which nearly every value differs: they are written plain. The others come
    as dictionary arrays of one dictionary and go to the file as plain strings to any reader.
    """

    def __init__(self, path: Path, schema: pa.Schema, distinct: frozenset[str]) -> None:
        self.path = path
        self.n_rows = 0
        self._temporary = path.with_name(f".{path.name}.partial")
        self._schema = schema
        self._distinct = distinct
        self._waiting: list[pa.Table] = []
        self._n_waiting = 0
        self._writer: pq.ParquetWriter | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=path.stem)
        self._in_hand: Future[None] | None = None

    def _open(self, schema: pa.Schema) -> pq.ParquetWriter:
        few_values = [name for name in self._schema.names if name not in self._distinct]
        return pq.ParquetWriter(
            self._temporary,
            schema,
            compression="snappy",
            use_dictionary=few_values,
            write_statistics=few_values,
            store_schema=False,
        )

    def write(self, table: pa.Table) -> None:
        """Adds rows; whole row groups go to the file, the rest waits. Raises what befell the call before."""
        self._wait()
        self.n_rows += len(table)
        self._in_hand = self._thread.submit(self._add, table)

    def _wait(self) -> None:
        if self._in_hand is not None:
            in_hand, self._in_hand = self._in_hand, None
            in_hand.result()

    def _add(self, table: pa.Table) -> None:
        self._waiting.append(table)
        self._n_waiting += len(table)
        if self._n_waiting < ROWS_PER_GROUP:
            return
        joined = pa.concat_tables(self._waiting)
        whole = self._n_waiting // ROWS_PER_GROUP * ROWS_PER_GROUP
        self._write_groups(joined.slice(0, whole))
        self._waiting = [joined.slice(whole)]
        self._n_waiting -= whole

    def _write_groups(self, table: pa.Table) -> None:
        if self._writer is None:
            self._writer = self._open(table.schema)
        self._writer.write_table(table, row_group_size=ROWS_PER_GROUP)

    def close(self) -> None:
        """Writes the rest and the footer; the file still has its temporary name."""
        self._wait()
        self._thread.shutdown()
        self._write_groups(pa.concat_tables(self._waiting) if self._waiting else self._schema.empty_table())
        if self._writer is not None:
            self._writer.close()

    def publish(self) -> None:
        """Gives the closed file its name."""
        os.replace(self._temporary, self.path)

    def discard(self) -> None:
        """Removes what was written so far, under either name."""
        self._thread.shutdown()
        if self._writer is not None and self._writer.is_open:
            self._writer.close()
        self._temporary.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)
