"""Brings record batches, whose rows belong to rows of a run, into the order of the run through files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["ROWS_PER_RANGE", "ScatteredRows"]

ROWS_PER_RANGE = 1 << 17


class ScatteredRows:
    """A file in `folder` for each ROWS_PER_RANGE rows of the run, with what belongs to them.

    Methods raise OSError where the disk does not hold it.
    """

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        self._folder = folder
        self._schema = pa.schema([("row", pa.int64()), *schema])

    def add(self, rows: npt.NDArray[np.int64], batch: pa.RecordBatch, at: npt.NDArray[np.int64]) -> None:
        """Puts down what stands `at` some places of a batch, with the row that each belongs to."""
        order = np.lexsort((at, rows))
        rows = rows[order]
        sorted_batch = batch.take(pa.array(at[order]))
        table = pa.RecordBatch.from_arrays([pa.array(rows), *sorted_batch.columns], schema=self._schema)
        ranges, firsts, lengths = np.unique(rows // ROWS_PER_RANGE, return_index=True, return_counts=True)
        for number, first, n_rows in zip(ranges, firsts, lengths, strict=True):
            with self._path(number).open("ab") as file:  # there may be more than a process may keep open
                file.write(table.slice(first, n_rows).serialize())

    def of_range(self, number: int) -> pa.Table:
        """What belongs to a range, by ascending `row` and, of equals, as it was added."""
        if not self._path(number).exists():
            return self._schema.empty_table()
        with pa.OSFile(str(self._path(number))) as file:
            table = pa.Table.from_batches(_messages(file, self._schema), self._schema)
        return table.take(pa.array(np.argsort(table.column("row").to_numpy(), kind="stable")))

    def _path(self, number: int) -> Path:
        return self._folder / f"range-{number:06d}"


def _messages(file: pa.NativeFile, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    reader = pa.ipc.MessageReader.open_stream(file)
    while True:
        try:
            yield pa.ipc.read_record_batch(reader.read_next_message(), schema)
        except StopIteration:
            return
