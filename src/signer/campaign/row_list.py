"""Rows of a run to be treated apart: a file over all inputs, of which each worker reads those of its part."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from signer.campaign.issue_parts import IssuePart

__all__ = ["ListedRows", "RowList", "write_row_list"]

ROWS_PER_GROUP = 1 << 17  # about a part: a worker reads two or three groups


@dataclass(frozen=True)
class ListedRows:
    """Rows of a part, from 0 and ascending, with two texts for each, null in a list without, and a mark."""

    rows: npt.NDArray[np.int64]
    uvcis: pa.StringArray
    supersedes: pa.StringArray
    is_revoked: npt.NDArray[np.bool_]

    def within(self, first: int, n_rows: int) -> ListedRows:
        """Those of a batch of the part, counted from the batch's first row."""
        begin, end = np.searchsorted(self.rows, [first, first + n_rows])
        rows, marks = self.rows[begin:end] - first, self.is_revoked[begin:end]
        return ListedRows(rows, self.uvcis[begin:end], self.supersedes[begin:end], marks)


@dataclass(frozen=True)
class RowList:
    """A Parquet file with `row`, over all inputs and ascending, with what else ListedRows tells.

    None for no rows. Goes to workers, which each read what they need.
    """

    path: Path | None

    def of(self, part: IssuePart) -> ListedRows:
        """The rows of a part but for those that repeat an earlier shot_id of the same run."""
        listed = self._read(part.first_row, part.n_rows)
        rows = listed.column("row").to_numpy() - part.first_row
        inside = (rows >= 0) & (rows < part.n_rows) & ~np.isin(rows, part.duplicates)
        uvcis, supersedes = (_texts(listed, name).filter(pa.array(inside)) for name in ("uvci", "supersedes"))
        return ListedRows(rows[inside], uvcis, supersedes, _marks(listed)[inside])

    def _read(self, first_row: int, n_rows: int) -> pa.Table:
        if self.path is None:
            return NOTHING
        with pq.ParquetFile(self.path) as file:
            ranges = [file.metadata.row_group(n).column(0).statistics for n in range(file.num_row_groups)]
            groups = [
                n
                for n, found in enumerate(ranges)
                if found.min < first_row + n_rows and found.max >= first_row
            ]
            return file.read_row_groups(groups, use_threads=False)


def _texts(listed: pa.Table, name: str) -> pa.StringArray:
    if name not in listed.column_names:
        return pa.nulls(len(listed), pa.string())
    return listed.column(name).cast(pa.string()).combine_chunks()


def _marks(listed: pa.Table) -> npt.NDArray[np.bool_]:
    if "is_revoked" not in listed.column_names:
        return np.zeros(len(listed), np.bool_)
    return np.asarray(listed.column("is_revoked").to_numpy(), np.bool_)


NOTHING = pa.table({"row": pa.array([], pa.int64())})


def write_row_list(path: Path, tables: Iterable[pa.Table]) -> RowList:
    """Writes tables of one schema: `row`, ascending also from table to table, and perhaps the texts.

    Without rows no file is made. Raises OSError where there is no room.
    """
    writer: pq.ParquetWriter | None = None
    with ExitStack() as stack:
        for table in tables:
            if not table.num_rows:
                continue  # an empty row group would have no range of rows
            if writer is None:
                writer = stack.enter_context(pq.ParquetWriter(path, table.schema, use_dictionary=False))
            writer.write_table(table, ROWS_PER_GROUP)
    return RowList(None if writer is None else path)
