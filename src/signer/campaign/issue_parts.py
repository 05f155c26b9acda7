"""Cuts the inputs of a run into numbered parts, and finds the rows that repeat an earlier shot_id."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from signer import sources
from signer.campaign.workspace import make_folder

__all__ = [
    "ROWS_PER_PART",
    "IssuePart",
    "cut_into_parts",
    "find_repeated",
    "n_rows_of",
    "open_input",
    "staged_parts",
]

log = logging.getLogger(__name__)

DUPLICATES_MEMORY = "150MB"  # more is no faster, and DuckDB takes twice that
ROWS_PER_PART = 100_000  # a second or two of work: a crash costs no more a worker, and all end together


@dataclass(frozen=True)
class IssuePart:
    """A range of rows of one input; `first_row` counts over all inputs of the run.

    `duplicates` are the part's rows, from 0 and ascending, that repeat an earlier shot_id.
    """

    number: int
    rows: sources.Part
    first_row: int
    duplicates: npt.NDArray[np.int64]

    @property
    def n_rows(self) -> int:
        return self.rows.n_rows

    def __str__(self) -> str:
        last = max(self.rows.first_row, self.rows.first_row + self.n_rows - 1)
        return f"part {self.number} ({self.rows.shown_as}, rows {self.rows.first_row} to {last})"


def n_rows_of(parts: Sequence[IssuePart]) -> int:
    """The rows of all parts."""
    return sum(part.n_rows for part in parts)


@contextmanager
def staged_parts(shots: Sequence[Path], folder: Path, n_threads: int) -> Iterator[list[IssuePart]]:
    """Gives the parts of all inputs in their order, one without rows where there are none.

    Text tables lie below `folder` in Parquet meanwhile. Raises InputUnreadable, and OutputUnwritable or
    StoppedHalfWay where there is no room to look at them.
    """
    staging = folder / "staging"
    make_folder(staging)
    opened = [open_input(path, staging) for path in shots]
    yield cut_into_parts(opened, find_repeated(opened, staging, n_threads), ROWS_PER_PART)
    shutil.rmtree(staging)


def open_input(path: Path, staging: Path) -> sources.Source:
    """Opens a table, a text one after bringing it into Parquet in `staging`. Raises as `staged_parts`."""
    if not sources.is_csv(path):
        return sources.open_source(path)
    log.info("%s: reading it into Parquet first", path)
    return sources.open_source(sources.stage_csv(path, staging), shown_as=str(path))


def find_repeated(opened: Sequence[sources.Source], staging: Path, n_threads: int) -> npt.NDArray[np.int64]:
    """The rows over all inputs, ascending, that repeat an earlier shot_id. Raises as `staged_parts`."""
    return sources.find_duplicates(
        opened, memory_limit=DUPLICATES_MEMORY, temp_directory=staging, threads=n_threads
    )


def cut_into_parts(
    opened: Sequence[sources.Source], duplicates: npt.NDArray[np.int64], rows_per_part: int
) -> list[IssuePart]:
    """The parts of all inputs in their order, one without rows where there are none."""
    parts: list[IssuePart] = []
    first_row = 0
    for source in opened:
        for rows in source.parts(rows_per_part):
            begin, end = np.searchsorted(duplicates, [first_row, first_row + rows.n_rows])
            parts.append(IssuePart(len(parts), rows, first_row, duplicates[begin:end] - first_row))
            first_row += rows.n_rows
    return parts or [_without_rows(opened[0])]


def _without_rows(source: sources.Source) -> IssuePart:
    """So that the tables of an empty run can be read like any other."""
    empty = sources.Part(source.path, source.shown_as, 0, 0, row_groups=(), identity=source.identity)
    return IssuePart(0, empty, 0, np.empty(0, np.int64))
