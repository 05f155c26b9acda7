"""Writes shots to Parquet, readable to their owner alone, in row groups of a fixed number of rows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from signer.durable import new_file

__all__ = ["GroupWriter", "private_table"]

ROWS_PER_GROUP = 100_000
PRIVATE_FILE = 0o600  # shots hold names and birth dates

FEW_VALUES = (
    "nationality", "date_of_birth", "sex", "province", "district", "facility", "vaccine", "lot",
    "dose_number", "doses_in_series", "vaccinated_on", "reason", "detail", "field", "reasons.list.element",
    "differs.list.element",
)  # fmt: skip
"""Columns worth a dictionary."""


class GroupWriter:
    """Takes batches of any length: the file depends on the rows alone, not on how they were cut."""

    def __init__(self, writer: pq.ParquetWriter, schema: pa.Schema) -> None:
        self.n_rows = 0
        self._writer = writer
        self._schema = schema
        self._waiting: list[pa.RecordBatch] = []
        self._n_waiting = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Adds rows; whole row groups go to the file."""
        self.n_rows += len(batch)
        self._waiting.append(batch)
        self._n_waiting += len(batch)
        while self._n_waiting >= ROWS_PER_GROUP:
            self._write_group(ROWS_PER_GROUP)

    def _write_group(self, n_rows: int) -> None:
        table = pa.Table.from_batches(self._waiting, self._schema)
        self._writer.write_table(table.slice(0, n_rows).combine_chunks(), row_group_size=ROWS_PER_GROUP)
        rest = table.slice(n_rows)
        self._waiting, self._n_waiting = rest.to_batches(), len(rest)

    def finish(self) -> None:
        """Writes the rows that wait."""
        if self._n_waiting:
            self._write_group(self._n_waiting)


@contextmanager
def private_table(path: Path, schema: pa.Schema) -> Iterator[GroupWriter]:
    """Gives a writer of a file that gets its name, mode 0600, when the block ends well. Raises OSError."""
    few = [name for name in FEW_VALUES if name.split(".")[0] in schema.names]
    with new_file(path) as temporary:
        temporary.unlink(missing_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        with open(descriptor, "wb") as file, pq.ParquetWriter(file, schema, use_dictionary=few) as parquet:
            writer = GroupWriter(parquet, schema)
            yield writer
            writer.finish()
