"""A table of shots that was looked at before anything is read from it, and the parts that it is read in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from signer.sources.columns import SHOTS_TABLE
from signer.tables.files import TableFile, identity_of, open_table

__all__ = ["Part", "Source", "identity_of", "is_csv", "open_source"]


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
class Source(TableFile):
    """A readable Parquet file with all columns of the shots schema."""

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
    table = open_table(path, str(path) if shown_as is None else shown_as, SHOTS_TABLE)
    return Source(table.path, table.shown_as, table.group_rows, table.identity)
