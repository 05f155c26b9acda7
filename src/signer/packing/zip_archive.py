"""Zip archives (PKWARE's APPNOTE 6.3), without the extensions for large ones: every program opens them.

Python's zipfile goes back to the header of each file, which takes longer than drawing the picture in it.
"""

from __future__ import annotations

import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from struct import Struct
from typing import BinaryIO

from signer.errors import StoppedHalfWay
from signer.packing.archives import ArchiveFile

__all__ = ["MOST_ENTRIES", "open_deflated_zip", "open_zip"]

MOST_ENTRIES = 0xFFFE  # section 4.4.1.4: the largest values say that an extension has the true one
MOST_BYTES = 0xFFFF_FFFE
BUFFER_BYTES = 1 << 20

ENTRY = Struct("<HHHHHIIIHH")  # 4.3.7 from "version needed" to the length of the extra field
LOCAL_HEADER = Struct("<4s26s")
CENTRAL_HEADER = Struct("<4sH26sHHHII")  # 4.3.12
END = Struct("<4sHHHHIIH")  # 4.3.16
VERSION = 20  # 4.4.3: 2.0, for folders and deflate
MADE_ON_UNIX = 3 << 8 | VERSION  # 4.4.2: how the attributes are to be read
STORED, DEFLATED = 0, 8  # 4.4.5
ATTRIBUTES = (stat.S_IFREG | 0o600) << 16  # certificates hold names and birth dates

FIRST_MOMENT = int(datetime(1980, 1, 1, tzinfo=UTC).timestamp())
LAST_MOMENT = int(datetime(2107, 12, 31, 23, 59, 58, tzinfo=UTC).timestamp())


class _Zip:
    def __init__(self, path: Path, file: BinaryIO, method: int) -> None:
        self._path = path
        self._file = file
        self._method = method
        self._size = 0
        self._central: list[bytes] = []

    def add(self, name: str, content: bytes, moment: int) -> None:
        packed = _deflate(content) if self._method == DEFLATED else content
        encoded = name.encode("ascii")
        time, day = dos_time(moment)
        entry = ENTRY.pack(
            VERSION,
            0,
            self._method,
            time,
            day,
            zlib.crc32(content),
            len(packed),
            len(content),
            len(encoded),
            0,
        )
        self._central.append(
            CENTRAL_HEADER.pack(b"PK\1\2", MADE_ON_UNIX, entry, 0, 0, 0, ATTRIBUTES, self._size) + encoded
        )
        self._write(LOCAL_HEADER.pack(b"PK\3\4", entry) + encoded + packed)

    def end(self) -> None:
        start, directory = self._size, b"".join(self._central)
        self._write(directory)
        n_entries = len(self._central)
        self._file.write(END.pack(b"PK\5\6", 0, 0, n_entries, n_entries, len(directory), start, 0))

    def _write(self, content: bytes) -> None:
        self._size += len(content)
        if self._size > MOST_BYTES or len(self._central) > MOST_ENTRIES:
            raise StoppedHalfWay(f"{self._path}: more than a zip archive holds; make the shards smaller")
        self._file.write(content)


@lru_cache
def dos_time(moment: int) -> tuple[int, int]:
    """Time and day as MS-DOS had them (4.4.6), in UTC: every other second, from 1980 to 2107."""
    at = datetime.fromtimestamp(min(max(moment, FIRST_MOMENT), LAST_MOMENT), UTC)
    return at.hour << 11 | at.minute << 5 | at.second // 2, at.year - 1980 << 9 | at.month << 5 | at.day


def _deflate(content: bytes) -> bytes:
    compressor = zlib.compressobj(level=1, wbits=-15)  # level 6: a quarter smaller, five times as long
    return compressor.compress(content) + compressor.flush()


@contextmanager
def open_zip(path: Path) -> Iterator[ArchiveFile]:
    """An archive of files that do not get smaller, as png pictures: they are stored as they are."""
    with path.open("wb", BUFFER_BYTES) as file:
        archive = _Zip(path, file, STORED)
        yield archive
        archive.end()


@contextmanager
def open_deflated_zip(path: Path) -> Iterator[ArchiveFile]:
    """An archive of files that get much smaller, as svg pictures. Its bytes also depend on zlib's version."""
    with path.open("wb", BUFFER_BYTES) as file:
        archive = _Zip(path, file, DEFLATED)
        yield archive
        archive.end()
