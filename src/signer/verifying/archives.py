"""HC1 texts from archives: the pictures in zip and tar files, one after the other."""

from __future__ import annotations

import logging
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, Final, NamedTuple

from signer.errors import CertificateInvalid, InputUnreadable
from signer.regular import open_regular
from signer.verifying.code import UNREADABLE, Code
from signer.verifying.pictures import codes_in_picture

__all__ = ["MAX_MEMBER_BYTES", "codes_of_archive", "n_pictures", "shown"]

log = logging.getLogger(__name__)

MAX_MEMBER_BYTES: Final = 32 << 20
"""A compressed picture of 80 million pixels takes less; half a megabyte of zip can hold 500 MB."""
SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg"})


class Member(NamedTuple):
    """A file in an archive and what opens it."""

    name: str
    open: Callable[[], IO[bytes] | None]


def codes_of_archive(path: Path, first: int = 0, end: int | None = None) -> Iterator[Code]:
    """Gives the codes of the pictures in a zip or tar that is not compressed, from picture `first` to `end`.

    Their sources are the archive's path and the name in it. Members that are no pictures are passed over, and
    told in the log where the whole archive is read; one that cannot be read is a failure of its own. Raises
    OSError, and InputUnreadable for a file that is no such archive or has no pictures.
    """
    with _members(path) as members:
        pictures = _Pictures(members)
        is_empty = True
        for member in islice(pictures, first, end):
            is_empty = False
            yield from _codes_of(member, f"{path}/{shown(member.name)}")
        if is_empty:
            raise InputUnreadable(f"{path} holds no pictures")
    if end is None:
        pictures.tell_others(path)


def n_pictures(path: Path) -> int:
    """The number of pictures in an archive; what else is in it is told in the log.

    Raises OSError, and InputUnreadable for a file that is no such archive.
    """
    with _members(path) as members:
        pictures = _Pictures(members)
        n = sum(1 for _ in pictures)
    pictures.tell_others(path)
    return n


class _Pictures:
    """The pictures among the members of an archive; those that are none are counted on the way."""

    def __init__(self, members: Iterator[Member]) -> None:
        self._members = members
        self._n_others = 0

    def __iter__(self) -> Iterator[Member]:
        for member in self._members:
            if PurePosixPath(member.name).suffix.lower() in SUFFIXES:
                yield member
            else:
                self._n_others += 1

    def tell_others(self, path: Path) -> None:
        """Says in the log how many were passed over, if any."""
        if self._n_others:
            log.warning("%s: passed over what is no PNG or JPEG: %d", shown(path), self._n_others)


@contextmanager
def _members(path: Path) -> Iterator[Iterator[Member]]:
    """The files in an archive in their order; what goes wrong in reading them is damage."""
    with open_regular(path) as file:
        try:
            if path.suffix.lower() == ".zip":
                with zipfile.ZipFile(file) as archive:
                    yield _of_zip(archive)
            else:
                with tarfile.open(fileobj=file, mode="r:") as archive:
                    yield _of_tar(archive)
        except _DAMAGE as error:
            raise InputUnreadable(
                f"{path} is no such archive, or is damaged or cut short; copy it again"
            ) from error


_DAMAGE: Final = (
    zipfile.BadZipFile,
    tarfile.TarError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RecursionError,
    ValueError,
    struct.error,
)
"""What zipfile and tarfile raise of a list of contents that points anywhere."""


def _of_zip(archive: zipfile.ZipFile) -> Iterator[Member]:
    for info in archive.infolist():
        if not info.filename.endswith("/"):  # is_dir() of Python 3.11 fails on a file without a name
            yield Member(info.filename, partial(archive.open, info))


def _of_tar(archive: tarfile.TarFile) -> Iterator[Member]:
    for info in archive:
        if info.isreg():
            yield Member(info.name, partial(archive.extractfile, info))


def shown(name: str | Path) -> str:
    """A stranger's name for a file, without what could steer a terminal."""
    return "".join(character if character.isprintable() else "\ufffd" for character in str(name))


def _codes_of(member: Member, source: str) -> Iterator[Code]:
    try:
        data = _content(member)
    except CertificateInvalid as failure:
        yield Code("", source, None, failure=failure)
        return
    yield from codes_in_picture(data, source)


def _content(member: Member) -> bytes:
    """The bytes of a member, with a cap: a small archive can claim to hold a huge one."""
    try:
        file = member.open()
        if file is None:
            raise EOFError
        with file:
            data = file.read(MAX_MEMBER_BYTES + 1)
    except Exception as error:  # damaged, locked or compressed in an unknown way: errors of many classes
        raise CertificateInvalid(UNREADABLE, "the file in the archive is damaged or locked") from error
    if len(data) > MAX_MEMBER_BYTES:
        raise CertificateInvalid(UNREADABLE, f"the picture has more than {MAX_MEMBER_BYTES} bytes")
    return data
