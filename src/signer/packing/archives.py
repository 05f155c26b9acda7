"""What pictures are put in: archives whose bytes depend on their content alone.

The order is that of putting in, the owner nobody, the mode that of a private file, the time as given.
"""

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

__all__ = ["ArchiveFile", "OpenArchive", "open_deflated_zip", "open_tar", "open_zip"]

PRIVATE = 0o600  # certificates hold names and birth dates
MADE_ON_UNIX = 3  # APPNOTE 4.4.2: how the attributes are to be read
FIRST_OF_ZIP = int(datetime(1980, 1, 1, tzinfo=UTC).timestamp())
LAST_OF_ZIP = int(datetime(2107, 12, 31, 23, 59, 58, tzinfo=UTC).timestamp())
LAST_OF_TAR = 0o7777_7777_777


class ArchiveFile(Protocol):
    """What files can be put in, one after the other."""

    def add(self, name: str, content: bytes, moment: int) -> None:
        """Puts a file in: `name` in ASCII, `moment` its time of change in seconds since 1970.

        Raises OSError.
        """


OpenArchive = Callable[[Path], AbstractContextManager[ArchiveFile]]
"""Makes an archive at a path; it is whole when the block ends well. Raises OSError."""


class _Zip:
    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file

    def add(self, name: str, content: bytes, moment: int) -> None:
        at = datetime.fromtimestamp(min(max(moment, FIRST_OF_ZIP), LAST_OF_ZIP), UTC)
        entry = zipfile.ZipInfo(name, at.timetuple()[:6])
        entry.create_system = MADE_ON_UNIX
        entry.external_attr = (stat.S_IFREG | PRIVATE) << 16
        self._file.writestr(entry, content, self._file.compression)


class _Tar:
    def __init__(self, file: tarfile.TarFile) -> None:
        self._file = file

    def add(self, name: str, content: bytes, moment: int) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(content), PRIVATE
        entry.mtime = min(max(moment, 0), LAST_OF_TAR)
        self._file.addfile(entry, io.BytesIO(content))


@contextmanager
def open_zip(path: Path) -> Iterator[ArchiveFile]:
    """A zip of files that do not get smaller, as png pictures: they are stored as they are."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        yield _Zip(file)


@contextmanager
def open_deflated_zip(path: Path) -> Iterator[ArchiveFile]:
    """A zip of files that get much smaller, as svg pictures. Its bytes also depend on zlib's version."""
    # Level 6 would be a quarter smaller, and take five times as long.
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        yield _Zip(file)


@contextmanager
def open_tar(path: Path) -> Iterator[ArchiveFile]:
    """A tar in the form that all programs know: ustar (POSIX.1-1988)."""
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as file:
        yield _Tar(file)
