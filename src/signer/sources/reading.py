"""Reads one part of a source as record batches of the shots schema."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from signer.records.schemas import SHOTS
from signer.sources.columns import to_shots
from signer.sources.source import Part
from signer.tables.files import BATCH_ROWS, check_identity, damaged_rows, opened, read_groups

__all__ = ["read_part"]


def _rows_of_part(part: Part, batch_rows: int) -> Iterator[pa.RecordBatch]:
    """Batches of the part's row groups without the rows before and behind it; stops at its last row."""
    to_skip, wanted = part.skip, part.n_rows
    with opened(part) as file:
        for batch in read_groups(file, part.row_groups, SHOTS.names, batch_rows):
            skipped = min(to_skip, len(batch))
            to_skip -= skipped
            kept = batch.slice(skipped, wanted)
            wanted -= len(kept)
            if len(kept):
                yield kept
            if wanted == 0:
                return


def read_part(part: Part, batch_rows: int = BATCH_ROWS) -> Iterator[pa.RecordBatch]:
    """The part's rows in order, in batches of at most `batch_rows`, exactly in the shots schema.

    One read buffer a column and one batch are held in memory, however large the row group is. Raises
    InputUnreadable with file and rows where the file is damaged, was taken away or was exchanged for another
    since it was opened.
    """
    n_read, last = 0, part.first_row + part.n_rows - 1
    try:
        for batch in _rows_of_part(part, batch_rows):
            shots = to_shots(batch)
            n_read += len(shots)
            yield shots
    except (OSError, pa.ArrowException) as error:
        raise damaged_rows(part.shown_as, part.first_row + n_read, last) from error
    if n_read != part.n_rows:
        raise damaged_rows(part.shown_as, part.first_row + n_read, last)
    check_identity(part)
