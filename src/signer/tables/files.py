"""A Parquet file that was looked at before anything is read from it, and is the same when it is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from signer.errors import InputUnreadable
from signer.tables.columns import TableKind, check_types

__all__ = [
    "BATCH_ROWS",
    "Identified",
    "TableFile",
    "check_identity",
    "damaged_rows",
    "identity_of",
    "open_table",
    "opened",
    "read_groups",
]

MAGIC = b"PAR1"
SMALLEST_PARQUET_BYTES = 12
READ_BUFFER_BYTES = 1 << 18
BATCH_ROWS = 65_536


class Identified(Protocol):
    """A file to read; `identity` tells it from another that takes its place.

    `shown_as` is the file that messages name: the CSV where one was staged.
    """

    @property
    def path(self) -> Path: ...
    @property
    def shown_as(self) -> str: ...
    @property
    def identity(self) -> tuple[int, ...]: ...


@dataclass(frozen=True)
class TableFile:
    """A readable Parquet file with all columns of its kind; `group_rows`: rows of each row group."""

    path: Path
    shown_as: str
    group_rows: tuple[int, ...]
    identity: tuple[int, ...]

    @property
    def n_rows(self) -> int:
        """Rows in the file."""
        return sum(self.group_rows)


def open_table(path: Path, shown_as: str, kind: TableKind) -> TableFile:
    """Looks at a Parquet file: whether its footer is whole, and names all columns in usable types.

    Raises InputUnreadable with the file and what to do.
    """
    _check_file(path, shown_as, kind)
    try:
        identity = identity_of(path)
        with pq.ParquetFile(path) as file:
            schema, metadata = file.schema_arrow, file.metadata
            group_rows = tuple(metadata.row_group(group).num_rows for group in range(metadata.num_row_groups))
    except (OSError, pa.ArrowException) as error:
        raise InputUnreadable(
            f"{shown_as}: damaged, its footer cannot be read ({_reason(error)}); copy it again"
        ) from error
    check_types(shown_as, schema, kind)
    return TableFile(path, shown_as, group_rows, identity)


def _reason(error: BaseException) -> str:
    return str(error).splitlines()[0][:120] if str(error) else type(error).__name__


def _check_file(path: Path, shown_as: str, kind: TableKind) -> None:
    """Says what a file that is no whole Parquet file is instead."""
    if path.is_dir():
        raise InputUnreadable(f"{shown_as}: a directory; name the files in it")
    if path.exists() and not path.is_file():
        raise InputUnreadable(f"{shown_as}: not a regular file; save the {kind.what} in one")
    try:
        with path.open("rb") as file:
            start = file.read(4)
            size = file.seek(0, 2)
            file.seek(max(0, size - 4))
            end = file.read(4)
    except FileNotFoundError as error:
        raise InputUnreadable(f"{shown_as}: no such file; check the path") from error
    except OSError as error:
        raise InputUnreadable.of_reading(shown_as, error) from error
    if size == 0:
        raise InputUnreadable(f"{shown_as}: empty; copy it again")
    if start != MAGIC:
        raise InputUnreadable(f"{shown_as}: not a Parquet file; {kind.name_files}")
    if end != MAGIC or size < SMALLEST_PARQUET_BYTES:
        raise InputUnreadable(f"{shown_as}: cut short, its end is missing; copy it again")


def identity_of(path: Path) -> tuple[int, ...]:
    """Device, inode, size and time of change of a file: others once it is written to or exchanged."""
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def check_identity(file: Identified) -> None:
    """Raises InputUnreadable where another file has taken its place, and OSError where there is none."""
    if identity_of(file.path) != file.identity:
        raise InputUnreadable(f"{file.shown_as}: was changed or exchanged during the run; start again")


@contextmanager
def opened(file: Identified) -> Iterator[pq.ParquetFile]:
    """The file for `read_groups`. Raises as `check_identity`; the caller checks again when it has read."""
    check_identity(file)
    with pq.ParquetFile(file.path, buffer_size=READ_BUFFER_BYTES, pre_buffer=False) as parquet:
        check_identity(file)  # what was opened has the row groups and columns that were looked at
        yield parquet


def read_groups(
    parquet: pq.ParquetFile, groups: Iterable[int], columns: Sequence[str], batch_rows: int = BATCH_ROWS
) -> Iterator[pa.RecordBatch]:
    """Batches of at most `batch_rows` rows, as they lie in the file.

    One read buffer a column and one batch are held in memory, however large the row group is. Raises OSError
    or pyarrow.ArrowException where the file is damaged.
    """
    yield from parquet.iter_batches(batch_rows, list(groups), list(columns), use_threads=False)


def damaged_rows(shown_as: str, first: int, last: int) -> InputUnreadable:
    """The error for rows of a file, from 0, that cannot be read."""
    return InputUnreadable(f"{shown_as}: damaged, rows {first} to {last} cannot be read; copy it again")
