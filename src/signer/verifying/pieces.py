"""Files of lines in pieces that can be read each alone, so that several processes can share a file."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from signer.regular import open_regular
from signer.verifying.code import Code
from signer.verifying.rows import codes_of_csv_lines, codes_of_json_lines, codes_of_lines, place_of_column

__all__ = ["LINE_KINDS", "Piece", "codes_of_piece", "cut_lines"]

LINE_KINDS: Final = frozenset({".txt", ".csv", ".ndjson", ".jsonl"})
BLOCK_BYTES: Final = 1 << 16


@dataclass(frozen=True)
class Piece:
    """Whole lines of a file: the bytes from `start` to `end`."""

    path: Path
    start: int
    end: int


def cut_lines(path: Path, n_bytes: int) -> list[Piece]:
    """Cuts a file behind line ends into pieces of about `n_bytes`, larger ones where a line is longer.

    Raises OSError, and InputUnreadable for a CSV without the column hc1.
    """
    if path.suffix.lower() == ".csv":
        place_of_column(path)
    with open_regular(path) as file:
        size = file.seek(0, 2)
        ends = [0]
        while ends[-1] < size:
            ends.append(_behind_line(file, ends[-1] + n_bytes, size))
    return [Piece(path, start, end) for start, end in pairwise(ends)]


def codes_of_piece(piece: Piece, source: str, count: Callable[[int], None]) -> Iterator[Code]:
    """The codes of a piece as those of a whole file; rows count from 1 in it.

    `count` hears at the end how many rows there were, those without a code among them, so that rows can be
    numbered through all pieces. Raises OSError.
    """
    kind = piece.path.suffix.lower()
    row = 0
    with open_regular(piece.path) as file:
        section = _Section(file, piece.start, piece.end)
        lines = cast(BinaryIO, BufferedReader(section))
        for code in _READERS[kind](lines, source, piece):
            row = code.row or row
            yield code
    count(row if kind == ".csv" else section.n_line_ends)


def _csv(file: BinaryIO, source: str, piece: Piece) -> Iterator[Code]:
    return codes_of_csv_lines(file, source, place_of_column(piece.path) if piece.start else None)


_READERS: Final[Mapping[str, Callable[[BinaryIO, str, Piece], Iterator[Code]]]] = {
    ".txt": lambda file, source, _: codes_of_lines(file, source),
    ".csv": _csv,
    ".ndjson": lambda file, source, _: codes_of_json_lines(file, source),
    ".jsonl": lambda file, source, _: codes_of_json_lines(file, source),
}


def _behind_line(file: BinaryIO, at: int, size: int) -> int:
    """The place behind the first line end from `at` on, or the end of the file."""
    if at >= size:
        return size
    file.seek(at)
    while block := file.read(BLOCK_BYTES):
        found = block.find(b"\n")
        if found >= 0:
            return at + found + 1
        at += len(block)
    return size


class _Section(RawIOBase):
    """A part of a file as a file; it counts the line ends that were read.

    Raises OSError where the file ends before its part does: it was whole when it was cut into pieces.
    """

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        file.seek(start)
        self._file = file
        self._left = end - start
        self.n_line_ends = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        data = self._file.read(min(len(buffer), self._left))
        if self._left and not data:
            raise OSError(errno.EIO, "the file was cut short while it was read")
        self._left -= len(data)
        self.n_line_ends += data.count(b"\n")
        buffer[: len(data)] = data
        return len(data)
