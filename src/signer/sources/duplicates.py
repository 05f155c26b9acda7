"""Finds the rows whose shot_id already stood in an earlier row, over all sources of a run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signer.errors import InputUnreadable
from signer.sources.source import Source
from signer.tables.files import opened, read_groups
from signer.tables.repeats import Room, repeating_rows

__all__ = ["find_duplicates", "shot_ids"]


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
    row = 0
    for source in sources:
        try:
            with opened(source) as file:
                for batch in read_groups(file, range(len(source.group_rows)), ["shot_id"]):
                    yield np.arange(row, row + len(batch)), batch.column(0)
                    row += len(batch)
        except (OSError, pa.ArrowException) as error:
            raise InputUnreadable(
                f"{source.shown_as}: damaged, its shot_ids cannot be read; copy it again"
            ) from error
