"""Archives whose bytes depend on what is put in them alone: fixed order, owner and mode, times as given."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

__all__ = ["ArchiveFile", "OpenArchive", "open_tar", "open_zip"]

PRIVATE_FILE = 0o600  # certificates hold names and birth dates
ON_UNIX = 3  # ZIP appnote 4.4.2: how external attributes are to be read
FIRST_OF_ZIP = int(datetime(1980, 1, 1, tzinfo=UTC).timestamp())
LAST_OF_ZIP = int(datetime(2107, 12, 31, 23, 59, 58, tzinfo=UTC).timestamp())
LAST_OF_TAR = 0o77777777777


class ArchiveFile(Protocol):
    """What files can be put in, one after the other."""

    def add(self, name: str, content: bytes, moment: int) -> None:
        """Puts a file in; `moment` is its time of change, in seconds since 1970."""


OpenArchive = Callable[[Path], AbstractContextManager[ArchiveFile]]
"""Makes an archive at a path; it is whole when the block ends."""


class _Zip:
    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file

    def add(self, name: str, content: bytes, moment: int) -> None:
        at = datetime.fromtimestamp(min(max(moment, FIRST_OF_ZIP), LAST_OF_ZIP), UTC)
        entry = zipfile.ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
        entry.create_system = ON_UNIX
        entry.external_attr = (stat.S_IFREG | PRIVATE_FILE) << 16
        self._file.writestr(entry, content)


class _Tar:
    def __init__(self, file: tarfile.TarFile) -> None:
        self._file = file

    def add(self, name: str, content: bytes, moment: int) -> None:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        entry.mtime = min(max(moment, 0), LAST_OF_TAR)
        entry.mode = PRIVATE_FILE
        self._file.addfile(entry, io.BytesIO(content))


@contextmanager
def open_zip(path: Path) -> Iterator[ArchiveFile]:
    """A zip archive; its files are stored, as pictures do not get smaller. Times are in UTC."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        yield _Zip(file)


@contextmanager
def open_tar(path: Path) -> Iterator[ArchiveFile]:
    """A tar archive in the oldest form that all know (ustar)."""
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as file:
        yield _Tar(file)
