"""HC1 texts from archives: the pictures in zip and tar files, one after the other."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, Final, NamedTuple

from signer.errors import CertificateInvalid, InputUnreadable
from signer.verifying.code import UNREADABLE, Code
from signer.verifying.pictures import MAX_FILE_BYTES, codes_in_picture

__all__ = ["codes_of_archive", "n_pictures"]

SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg"})


class Member(NamedTuple):
    """A file in an archive and what opens it."""

    name: str
    open: Callable[[], IO[bytes] | None]


def codes_of_archive(path: Path, first: int = 0, end: int | None = None) -> Iterator[Code]:
    """Gives the codes of the pictures in a zip or tar that is not compressed, from picture `first` to `end`.

    Their sources are the archive's path and the name in it. Members that are no pictures are passed over; one
    that cannot be read is a failure of its own. Raises OSError, and InputUnreadable for a file that is no
    such archive or has no pictures.
    """
    with _pictures(path) as members:
        is_empty = True
        for member in islice(members, first, end):
            is_empty = False
            yield from _codes_of(member, f"{path}/{_shown(member.name)}")
        if is_empty:
            raise InputUnreadable(f"{path} holds no pictures")


def n_pictures(path: Path) -> int:
    """The number of pictures in an archive. Raises as `codes_of_archive`."""
    with _pictures(path) as members:
        return sum(1 for _ in members)


@contextmanager
def _pictures(path: Path) -> Iterator[Iterator[Member]]:
    try:
        if path.suffix.lower() == ".zip":
            with zipfile.ZipFile(path) as archive:
                yield (member for member in _of_zip(archive) if _is_picture(member.name))
        else:
            with tarfile.open(path, "r:") as archive:
                yield (member for member in _of_tar(archive) if _is_picture(member.name))
    except (zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
        raise InputUnreadable(
            f"{path} is no such archive, or is damaged or cut short; copy it again"
        ) from error


def _of_zip(archive: zipfile.ZipFile) -> Iterator[Member]:
    for info in archive.infolist():
        yield Member(info.filename, partial(archive.open, info))


def _of_tar(archive: tarfile.TarFile) -> Iterator[Member]:
    for info in archive:
        if info.isreg():
            yield Member(info.name, partial(archive.extractfile, info))


def _is_picture(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in SUFFIXES


def _shown(name: str) -> str:
    """A stranger's name for a file, without what could steer a terminal."""
    return "".join(character if character.isprintable() else "\ufffd" for character in name)


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
            data = file.read(MAX_FILE_BYTES + 1)
    except Exception as error:  # damaged, locked or compressed in an unknown way: errors of many classes
        raise CertificateInvalid(UNREADABLE, "the file in the archive is damaged or locked") from error
    if len(data) > MAX_FILE_BYTES:
        raise CertificateInvalid(UNREADABLE, f"the picture has more than {MAX_FILE_BYTES} bytes")
    return data
