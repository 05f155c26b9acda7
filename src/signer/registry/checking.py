"""Compares files with what their commits say of them: whether each is there, whole and in its place.

Whoever writes a file may have written its commit, too; whether it was the issuer, a key tells.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from io import FileIO
from multiprocessing.pool import ThreadPool
from pathlib import Path

from signer.errors import RegistryUnreadable
from signer.registry.authentication import FileCode, FileKey, read_through
from signer.registry.reading import CommittedFile

__all__ = ["Damage", "damaged_files", "open_authentic"]

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
    n_bytes, n_done = sum(file.file.bytes for file in files), 0
    damages = []
    with ThreadPool(n_threads) as pool:
        for file, told in zip(files, pool.imap(partial(_difference, name_of), files), strict=True):
            if told:
                damages.append(Damage(file, told))
            n_done += file.file.bytes
            on_progress(n_done, n_bytes)
    return damages


@contextmanager
def open_authentic(file: CommittedFile, key: FileKey) -> Iterator[Path]:
    """Gives a path to what was just held against the issuer's key, byte for byte, whatever its commit says.

    The file keeps this path for the block, also where another takes its name meanwhile. Raises
    RegistryUnreadable, saying what the file is instead.
    """
    gmac = key.mac_like(file.file.gmac)
    with ExitStack() as stack:
        try:
            opened = stack.enter_context(_opened(file.path))
            is_own = gmac and read_through(opened, gmac) and gmac.hexdigest() == file.file.gmac
        except OSError:
            is_own = False  # why it cannot be read is said below
        if not is_own:
            raise RegistryUnreadable(str(Damage(file, _difference({}, file) or _unlike(file))))
        yield Path(f"/proc/self/fd/{opened.fileno()}")


def _unlike(file: CommittedFile) -> str:
    """What is said of a file that its commit bears out, and the key does not."""
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
        with _opened(file.path) as opened:
            return read_through(opened, code)
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read: {error.strerror}" if error.errno else str(error)


def _opened(path: Path) -> FileIO:
    if not stat.S_ISREG(path.stat().st_mode):  # to open a pipe would wait for ever
        raise OSError("is no file")
    return path.open("rb", buffering=0)
