"""Finds the rows whose shot_id already stood in an earlier row, over all sources of a run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from signer.errors import InputUnreadable
from signer.sources.source import Source
from signer.tables.files import opened, read_groups
from signer.tables.out_of_core import Room
from signer.tables.repeats import repeating_rows

__all__ = ["are_distinct", "find_duplicates", "read_columns", "shot_ids"]


def find_duplicates(
    sources: Sequence[Source], *, memory_limit: str, temp_directory: Path, threads: int | None = None
) -> npt.NDArray[np.int64]:
    """Global row numbers, ascending, of the rows whose shot_id stood in an earlier row; empty ones are none.

    Rows count from 0 over the sources in their order. `memory_limit` is DuckDB's ("1GB"); what does not fit
    goes to `temp_directory`. Starts threads: do not fork afterwards. Raises InputUnreadable where a source is
    damaged, and StoppedHalfWay where memory and disk do not suffice.
    """
    room = Room(memory_limit, temp_directory, threads or os.cpu_count() or 1)
    return repeating_rows("shot_id", lambda: shot_ids(sources), room)


def shot_ids(sources: Sequence[Source]) -> Iterator[tuple[npt.NDArray[np.int64], pa.Array]]:
    """Row numbers, counted as in `find_duplicates`, and their shot_ids, texts of any kind.

    Raises InputUnreadable where a source is damaged.
    """
    for rows, batch in read_columns(sources, ["shot_id"]):
        yield rows, batch.column(0)


def read_columns(
    sources: Sequence[Source], columns: Sequence[str]
) -> Iterator[tuple[npt.NDArray[np.int64], pa.RecordBatch]]:
    """The same with some columns, in the types that they have in the files."""
    row = 0
    for source in sources:
        try:
            with opened(source) as file:
                for batch in read_groups(file, range(len(source.group_rows)), columns):
                    yield np.arange(row, row + len(batch)), batch
                    row += len(batch)
        except (OSError, pa.ArrowException) as error:
            raise InputUnreadable(
                f"{source.shown_as}: damaged, its {'s, '.join(columns)}s cannot be read; copy it again"
            ) from error


def are_distinct(
    rows: npt.NDArray[np.int64], keys: pa.Array, duplicates: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Whether each of some ascending rows has a key, a binary value, and is not one of the `duplicates`."""
    distinct = pc.greater(pc.binary_length(keys), 0).fill_null(False).to_numpy(zero_copy_only=False)
    if len(rows):
        begin, end = np.searchsorted(duplicates, [rows[0], rows[-1] + 1])
        distinct &= ~np.isin(rows, duplicates[begin:end])
    return np.asarray(distinct, np.bool_)
