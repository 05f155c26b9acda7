"""Tar archives in the form that all programs know: ustar (POSIX.1-1988)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from struct import Struct
from typing import BinaryIO

from signer.packing.archives import ArchiveFile

__all__ = ["open_tar"]

BLOCK_BYTES = 512
RECORD_BYTES = 20 * BLOCK_BYTES  # an archive ends on one, behind two empty blocks
BUFFER_BYTES = 1 << 20
HEADER = Struct("100s8s8s8s12s12s8s1s100s8s32s32s8s8s155s12x")
LAST_MOMENT = 0o7777_7777_777
NO_CHECKSUM = b" " * 8  # as which the field counts in the checksum


class _Tar:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._size = 0

    def add(self, name: str, content: bytes, moment: int) -> None:
        header = _header(name.encode("ascii"), len(content), min(max(moment, 0), LAST_MOMENT))
        self._write(header + content + bytes(-len(content) % BLOCK_BYTES))

    def end(self) -> None:
        self._write(bytes(2 * BLOCK_BYTES))
        self._write(bytes(-self._size % RECORD_BYTES))

    def _write(self, blocks: bytes) -> None:
        self._size += len(blocks)
        self._file.write(blocks)


def _header(name: bytes, size: int, moment: int) -> bytes:
    """The header of a file of nobody in particular, for its owner only."""
    header = HEADER.pack(
        name, b"0000600", b"0000000", b"0000000", b"%011o" % size, b"%011o" % moment, NO_CHECKSUM,
        b"0", b"", b"ustar\00000", b"", b"", b"", b"", b"",
    )  # fmt: skip
    return header[:148] + b"%06o\0 " % sum(header) + header[156:]


@contextmanager
def open_tar(path: Path) -> Iterator[ArchiveFile]:
    """An archive of files as they are; names have at most 100 characters, files less than 8 GiB."""
    with path.open("wb", BUFFER_BYTES) as file:
        archive = _Tar(file)
        yield archive
        archive.end()
