"""Compares files with what their commits say of them: whether each is there, whole and in its place."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.pool import ThreadPool

from signer.registry.reading import CommittedFile

__all__ = ["Damage", "damaged_files"]

OnBytes = Callable[[int, int], None]


@dataclass(frozen=True)
class Damage:
    """A file that is not what was committed; str(damage) says what it is instead, and what to do."""

    file: CommittedFile
    found: str

    def __str__(self) -> str:
        return f"{self.file.path}: {self.found}; put it back from a copy of the registry"


@dataclass(frozen=True)
class _Content:
    n_bytes: int
    sha256: str


def damaged_files(files: Sequence[CommittedFile], n_threads: int, on_progress: OnBytes) -> list[Damage]:
    """The files, in their order, that are missing, cannot be read, or differ in a single bit.

    Every byte is read. `on_progress` hears, in this thread, the bytes of the files looked at and of all.
    Starts threads: do not fork meanwhile. What can be said of a file is an answer, so nothing is raised.
    """
    name_of = {file.file.sha256: file.file.name for file in files}
    n_bytes, n_done = sum(file.file.bytes for file in files), 0
    damages = []
    with ThreadPool(n_threads) as pool:
        for file, found in zip(files, pool.imap(_look_at, files), strict=True):
            if told := _difference(file, found, name_of):
                damages.append(Damage(file, told))
            n_done += file.file.bytes
            on_progress(n_done, n_bytes)
    return damages


def _look_at(file: CommittedFile) -> _Content | str:
    """What is in the file, or why that cannot be told."""
    try:
        about = file.path.stat()
        if not stat.S_ISREG(about.st_mode):  # to open a pipe would wait for ever
            return "is no file"
        with closing(file.path.open("rb", buffering=0)) as opened:
            return _Content(about.st_size, hashlib.file_digest(opened, "sha256").hexdigest())
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def _difference(file: CommittedFile, found: _Content | str, name_of: dict[str, str]) -> str | None:
    if isinstance(found, str):
        return found
    if found.sha256 == file.file.sha256 and found.n_bytes == file.file.bytes:
        return None
    if other := name_of.get(found.sha256):
        return f"holds what belongs into {other}"
    if found.n_bytes != file.file.bytes:
        return f"has {found.n_bytes:,} bytes instead of {file.file.bytes:,}"
    return f"was changed: its SHA-256 is {found.sha256[:16]}… instead of {file.file.sha256[:16]}…"
