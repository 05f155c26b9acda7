"""Cuts what is to be verified into parts, each of which a worker can read alone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

import pyarrow as pa

from signer.errors import InputUnreadable
from signer.tables.files import identity_of
from signer.verifying.archives import n_pictures
from signer.verifying.codes import pictures_in, require_file
from signer.verifying.parquet import open_parquet
from signer.verifying.pieces import LINE_KINDS, Piece, cut_lines
from signer.verifying.text import PREFIX

__all__ = ["Files", "Members", "Part", "TableRows", "cut_into_parts"]

PART_ROWS: Final = 1 << 18
"""Of one row group, which is read from its beginning for each of its parts."""
PART_BYTES: Final = 4 << 20
PART_PICTURES: Final = 64
MOST_PARTS_OF_ARCHIVE: Final = 64
"""Each part reads the archive's list of contents anew."""
ROW_BYTES: Final = 560
"""About what a line with a certificate takes, to tell how far a run has come."""


@dataclass(frozen=True)
class TableRows:
    """Rows of a row group of a Parquet file; `first_row` counts from 1 in the file."""

    path: Path
    group: int
    skip: int
    first_row: int
    n_rows: int


@dataclass(frozen=True)
class Files:
    """Whole files, pictures and PDFs, or texts themselves."""

    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Members:
    """The pictures of an archive from `first` to `end`."""

    path: Path
    first: int
    end: int


@dataclass(frozen=True)
class Part:
    """What one worker does at a time, about `n_rows`; rows of a piece are numbered on from the part before
    it. `identity` is that of the file when it was cut; () of `Files`, which are not."""

    number: int
    work: TableRows | Piece | Files | Members
    n_rows: int
    identity: tuple[int, ...] = ()

    def __str__(self) -> str:
        match self.work:
            case TableRows(path, _, _, first_row, n_rows):
                return f"{path}, rows {first_row} to {first_row + n_rows - 1}"
            case Piece(path, start, end):
                return f"{path}, bytes {start} to {end}"
            case Members(path, first, end):
                return f"{path}, pictures {first + 1} to {end}"
            case Files(arguments):
                return "a text" if arguments[0].startswith(PREFIX) else f"{len(arguments)} files"


def cut_into_parts(arguments: Iterable[str]) -> list[Part]:
    """The parts of texts, files, archives and folders in their order, numbered from 0.

    Raises InputUnreadable for what is missing or lacks a column or pictures; damage comes out later.
    """
    numbers = count()
    return [
        Part(next(numbers), work, max(1, n_rows), identity)
        for argument in arguments
        for identity in [_identity_of(argument)]  # before it is looked at, so that no change comes between
        for work, n_rows in _works_of(argument)
    ]


def _identity_of(argument: str) -> tuple[int, ...]:
    try:
        return identity_of(Path(argument))
    except OSError:  # a text, or nothing at all, which is told where it is to be read
        return ()


Works = Iterator[tuple[TableRows | Piece | Files | Members, int]]


def _works_of(argument: str) -> Works:
    if argument.startswith(PREFIX):
        yield Files((argument,)), 1
        return
    if argument == "-":
        raise InputUnreadable("standard input cannot be shared among workers; put it into a file")
    path = Path(argument)
    try:
        if os.path.isdir(path):
            yield from _of_pictures(pictures_in(path))
            return
        require_file(path)
        yield from _of_file(path, path.suffix.lower())
    except OSError as error:
        raise InputUnreadable(f"cannot read {path}: {error.strerror or error}") from error


def _of_file(path: Path, kind: str) -> Works:
    if kind == ".parquet":
        yield from _of_table(path)
    elif kind in LINE_KINDS:
        yield from ((piece, (piece.end - piece.start) // ROW_BYTES) for piece in cut_lines(path, PART_BYTES))
    elif kind in {".zip", ".tar"}:
        yield from _of_archive(path)
    else:
        yield Files((str(path),)), 1


def _of_table(path: Path) -> Works:
    first_row = 1
    try:
        with open_parquet(path) as table:
            groups = [table.metadata.row_group(group).num_rows for group in range(table.num_row_groups)]
    except pa.ArrowException:
        yield _damaged(path)
        return
    for group, n_rows in enumerate(groups):
        for skip in range(0, n_rows, PART_ROWS):
            n = min(PART_ROWS, n_rows - skip)
            yield TableRows(path, group, skip, first_row, n), n
            first_row += n


def _of_archive(path: Path) -> Works:
    try:
        n = n_pictures(path)
    except InputUnreadable:
        yield _damaged(path)
        return
    if not n:
        raise InputUnreadable(f"{path} holds no pictures")
    step = max(PART_PICTURES, -(-n // MOST_PARTS_OF_ARCHIVE))
    for first in range(0, n, step):
        end = min(first + step, n)
        yield Members(path, first, end), end - first


def _damaged(path: Path) -> tuple[Files, int]:
    """A file that is read as far as it goes; that it is damaged is a verdict, and costs no other file."""
    return Files((str(path),)), 1


def _of_pictures(pictures: list[Path]) -> Works:
    for first in range(0, len(pictures), PART_PICTURES):
        some = pictures[first : first + PART_PICTURES]
        yield Files(tuple(map(str, some))), len(some)
