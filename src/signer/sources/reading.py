"""Reads one part of a source as record batches of the shots schema."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from signer.errors import InputUnreadable
from signer.records.schemas import SHOTS
from signer.sources.columns import to_shots
from signer.sources.source import Part, identity_of

__all__ = ["read_part"]

READ_BUFFER_BYTES = 1 << 18


def _rows_of_part(part: Part, batch_rows: int) -> Iterator[pa.RecordBatch]:
    """Batches of the part's row groups without the rows before and behind it; stops at its last row."""
    to_skip, wanted = part.skip, part.n_rows
    with pq.ParquetFile(part.path, buffer_size=READ_BUFFER_BYTES, pre_buffer=False) as file:
        for batch in file.iter_batches(batch_rows, list(part.row_groups), SHOTS.names, use_threads=False):
            skipped = min(to_skip, len(batch))
            to_skip -= skipped
            kept = batch.slice(skipped, wanted)
            wanted -= len(kept)
            if len(kept):
                yield kept
            if wanted == 0:
                return


def read_part(part: Part, batch_rows: int = 65_536) -> Iterator[pa.RecordBatch]:
    """The part's rows in order, in batches of at most `batch_rows`, exactly in the shots schema.

    One read buffer a column and one batch are held in memory, however large the row group is. Raises
    InputUnreadable with file and rows where the file is damaged, was taken away or was exchanged for another
    since it was opened.
    """
    n_read = 0
    try:
        _check_identity(part)
        for batch in _rows_of_part(part, batch_rows):
            shots = to_shots(batch)
            n_read += len(shots)
            yield shots
    except (OSError, pa.ArrowException, KeyError, IndexError) as error:
        raise _damaged(part, n_read) from error
    if n_read != part.n_rows:
        raise _damaged(part, n_read)
    _check_identity(part)


def _check_identity(part: Part) -> None:
    if identity_of(part.path) != part.identity:
        raise InputUnreadable(f"{part.shown_as}: was changed or exchanged during the run; start again")


def _damaged(part: Part, n_read: int) -> InputUnreadable:
    first, last = part.first_row + n_read, part.first_row + part.n_rows - 1
    return InputUnreadable(f"{part.shown_as}: damaged, rows {first} to {last} cannot be read; copy it again")
