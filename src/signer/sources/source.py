"""A table of shots that was looked at before anything is read from it, and the parts that it is read in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from signer.errors import InputUnreadable
from signer.sources.columns import check_types

__all__ = ["Part", "Source", "identity_of", "is_csv", "open_source"]

MAGIC = b"PAR1"
SMALLEST_PARQUET_BYTES = 12


@dataclass(frozen=True)
class Part:
    """A range of rows of one source: `skip` rows into the first of `row_groups`, `n_rows` long.

    `first_row` counts from 0 in the source. `shown_as` is the file that messages name: the CSV where one was
    staged. `identity` tells the file from another that takes its place.
    """

    path: Path
    shown_as: str
    first_row: int
    n_rows: int
    row_groups: tuple[int, ...]
    identity: tuple[int, ...]
    skip: int = 0


@dataclass(frozen=True)
class Source:
    """A readable Parquet file with all columns of the shots schema; `group_rows`: rows of each row group."""

    path: Path
    shown_as: str
    group_rows: tuple[int, ...]
    identity: tuple[int, ...]

    @property
    def n_rows(self) -> int:
        """Rows in the file."""
        return sum(self.group_rows)

    def parts(self, rows_per_part: int) -> list[Part]:
        """The file in order, in parts of about `rows_per_part` rows; none for a file without rows.

        Row groups are joined as long as they stay within that; one of more than 1.5 times as many rows is
        cut in ranges.
        """
        return [
            Part(self.path, self.shown_as, first_row, n_rows, groups, self.identity, skip)
            for first_row, n_rows, groups, skip in _ranges(self.group_rows, rows_per_part)
        ]


def _ranges(
    group_rows: tuple[int, ...], rows_per_part: int
) -> Iterator[tuple[int, int, tuple[int, ...], int]]:
    """First row, number of rows, row groups and rows to skip of each part."""
    joined: list[int] = []
    first_row = n_joined = 0
    for group, n_rows in enumerate(group_rows):
        if joined and n_joined + n_rows > rows_per_part:
            yield first_row, n_joined, tuple(joined), 0
            first_row, n_joined, joined = first_row + n_joined, 0, []
        if n_rows > rows_per_part * 3 // 2:
            for skip, length in _cuts(n_rows, rows_per_part):
                yield first_row + skip, length, (group,), skip
            first_row += n_rows
        elif n_rows:
            joined.append(group)
            n_joined += n_rows
    if joined:
        yield first_row, n_joined, tuple(joined), 0


def _cuts(n_rows: int, rows_per_part: int) -> Iterator[tuple[int, int]]:
    """Start and length of each range of a large row group: the last one takes up to half a part more."""
    start = 0
    while n_rows - start > rows_per_part * 3 // 2:
        yield start, rows_per_part
        start += rows_per_part
    yield start, n_rows - start


def is_csv(path: Path) -> bool:
    """Whether a file is taken for CSV: by its name, `.csv` or `.csv.gz` in any case."""
    return path.name.lower().endswith((".csv", ".csv.gz"))


def open_source(path: Path, shown_as: str | None = None) -> Source:
    """Looks at a Parquet file: whether its footer is whole, and names all columns in usable types.

    A CSV is staged first (`stage_csv`); the staged file is then opened with the CSV's path as `shown_as`.
    Raises InputUnreadable with the file and what to do.
    """
    shown_as = str(path) if shown_as is None else shown_as
    _check_file(path, shown_as)
    identity = identity_of(path)
    try:
        with pq.ParquetFile(path) as file:
            schema, metadata = file.schema_arrow, file.metadata
            group_rows = tuple(metadata.row_group(group).num_rows for group in range(metadata.num_row_groups))
    except (OSError, pa.ArrowException) as error:
        raise InputUnreadable(
            f"{shown_as}: damaged, its footer cannot be read ({_reason(error)}); copy it again"
        ) from error
    check_types(shown_as, schema)
    return Source(path, shown_as, group_rows, identity)


def identity_of(path: Path) -> tuple[int, ...]:
    """Device, inode, size and time of change of a file: others once it is written to or exchanged."""
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _reason(error: BaseException) -> str:
    return str(error).splitlines()[0][:120] if str(error) else type(error).__name__


def _check_file(path: Path, shown_as: str) -> None:
    """Says what a file that is no whole Parquet file is instead."""
    if path.is_dir():
        raise InputUnreadable(f"{shown_as}: a directory; name the files in it")
    if path.exists() and not path.is_file():
        raise InputUnreadable(f"{shown_as}: not a regular file; save the shots in one")
    try:
        with path.open("rb") as file:
            start = file.read(4)
            size = file.seek(0, 2)
            file.seek(max(0, size - 4))
            end = file.read(4)
    except FileNotFoundError as error:
        raise InputUnreadable(f"{shown_as}: no such file; check the path") from error
    except OSError as error:
        raise InputUnreadable(
            f"{shown_as}: cannot be read ({error.strerror}); check its owner and mode"
        ) from error
    if size == 0:
        raise InputUnreadable(f"{shown_as}: empty; copy it again")
    if start != MAGIC:
        raise InputUnreadable(f"{shown_as}: not a Parquet file; shots come as .parquet, .csv or .csv.gz")
    if end != MAGIC or size < SMALLEST_PARQUET_BYTES:
        raise InputUnreadable(f"{shown_as}: cut short, its end is missing; copy it again")
