"""Compares files with what their commits say of them: whether each is there, whole and in its place.

Whoever writes a file may have written its commit, too; whether it was the issuer, a key tells.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.pool import ThreadPool

from signer.registry.authentication import FileCode, FileKey, read_through
from signer.registry.reading import CommittedFile

__all__ = ["Damage", "damaged_files", "forged_files"]

OnBytes = Callable[[int, int], None]


@dataclass(frozen=True)
class Damage:
    """A file that is not what was committed; str(damage) says what it is instead, and what to do."""

    file: CommittedFile
    found: str

    def __str__(self) -> str:
        return f"{self.file.path}: {self.found}; put it back from a copy of the registry"


def damaged_files(files: Sequence[CommittedFile], n_threads: int, on_progress: OnBytes) -> list[Damage]:
    """The files, in their order, that are missing, cannot be read, or differ in a single bit.

    Every byte is read. `on_progress` hears, in this thread, the bytes of the files looked at and of all.
    Starts threads: do not fork meanwhile. What can be said of a file is an answer, so nothing is raised.
    """
    name_of = {file.file.sha256: file.file.name for file in files}
    return _damages(files, partial(_difference, name_of), n_threads, on_progress)


def forged_files(files: Sequence[CommittedFile], key: FileKey, n_threads: int) -> list[Damage]:
    """The files, in their order, that were not written under the issuer's key, whatever their commits say.

    Every byte is read, once where nothing is wrong. Starts threads and raises nothing, as `damaged_files`.
    """
    return _damages(files, partial(_forgery, key), n_threads, lambda _done, _of: None)


def _damages(
    files: Sequence[CommittedFile],
    look: Callable[[CommittedFile], str | None],
    n_threads: int,
    on_progress: OnBytes,
) -> list[Damage]:
    n_bytes, n_done = sum(file.file.bytes for file in files), 0
    damages = []
    with ThreadPool(n_threads) as pool:
        for file, told in zip(files, pool.imap(look, files), strict=True):
            if told:
                damages.append(Damage(file, told))
            n_done += file.file.bytes
            on_progress(n_done, n_bytes)
    return damages


def _forgery(key: FileKey, file: CommittedFile) -> str | None:
    """What is wrong with a file; None where it is the issuer's own."""
    gmac = key.mac_like(file.file.gmac)
    if gmac and isinstance(_read(file, gmac), int) and gmac.hexdigest() == file.file.gmac:
        return None
    if told := _difference({}, file):
        return told
    if file.file.gmac is None:
        return "has no GMAC in its commit, as of another program or an earlier version"
    return "is what its commit says, and was not written under the secret of this profile"


def _difference(name_of: Mapping[str, str], file: CommittedFile) -> str | None:
    """What a file is instead of what was committed; `name_of` has the files by their SHA-256."""
    sha256 = hashlib.sha256()
    n_bytes = _read(file, sha256)
    if isinstance(n_bytes, str):
        return n_bytes
    found = sha256.hexdigest()
    if found == file.file.sha256 and n_bytes == file.file.bytes:
        return None
    if other := name_of.get(found):
        return f"holds what belongs into {other}"
    if n_bytes != file.file.bytes:
        return f"has {n_bytes:,} bytes instead of {file.file.bytes:,}"
    return f"was changed: its SHA-256 is {found[:16]}… instead of {file.file.sha256[:16]}…"


def _read(file: CommittedFile, code: FileCode) -> int | str:
    """Updates the code with the file and gives its bytes, or says why they cannot be read."""
    try:
        if not stat.S_ISREG(file.path.stat().st_mode):  # to open a pipe would wait for ever
            return "is no file"
        with file.path.open("rb", buffering=0) as opened:
            return read_through(opened, code)
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
