"""Takes the SHA-256 of the inputs of a run, several at a time."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path
from threading import Event

from signer.campaign.plan import InputFile
from signer.errors import InputUnreadable
from signer.tables.files import identity_of

__all__ = ["hash_inputs"]

BLOCK_BYTES = 1 << 20
REPORT_EVERY_S = 0.1

OnProgress = Callable[[int, int], None]


def hash_inputs(shots: Sequence[Path], n_threads: int, on_progress: OnProgress) -> tuple[InputFile, ...]:
    """The inputs in their order; `on_progress` hears the bytes done and the bytes in all, in this thread.

    Starts threads: do not fork afterwards. Raises InputUnreadable where a file cannot be read or is written
    to meanwhile.
    """
    runs = [_HashRun(path) for path in shots]
    n_bytes = sum(run.n_bytes for run in runs)
    with ThreadPoolExecutor(max(1, min(n_threads, len(runs)))) as pool:
        waiting = {pool.submit(run.hash) for run in runs}
        try:
            while waiting:
                done, waiting = wait(waiting, REPORT_EVERY_S, FIRST_EXCEPTION)
                on_progress(sum(run.n_done for run in runs), n_bytes)
                _raise_first(done)
        finally:
            for run in runs:
                run.stop.set()  # or the pool would first read to the end of them
    return tuple(run.result for run in runs)


def _raise_first(done: set[Future[None]]) -> None:
    for future in done:
        future.result()


class _HashRun:
    """One file being hashed."""

    result: InputFile

    def __init__(self, path: Path) -> None:
        self._path = path
        self.n_bytes = _size_of_regular(path)
        self.n_done = 0
        self.stop = Event()

    def hash(self) -> None:
        try:
            with self._path.open("rb", buffering=0) as file:
                before = os.fstat(file.fileno())
                sha256 = self._digest(file)
                after = os.fstat(file.fileno())
            identity = identity_of(self._path)
        except OSError as error:
            raise _unreadable(self._path, error) from error
        if not identity == _identity(before) == _identity(after) or self.n_done != after.st_size:
            if self.stop.is_set():
                return
            raise InputUnreadable(f"{self._path}: is being written to; wait for its end, and start again")
        self.result = InputFile(os.path.abspath(self._path), sha256, self.n_done, identity)

    def _digest(self, file: io.FileIO) -> str:
        digest = hashlib.sha256()
        block = memoryview(bytearray(BLOCK_BYTES))
        while self.n_done <= self.n_bytes and not self.stop.is_set():  # or a growing file would have no end
            length = file.readinto(block)
            if not length:
                break
            digest.update(block[:length])
            self.n_done += length
        return digest.hexdigest()


def _identity(found: os.stat_result) -> tuple[int, ...]:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _size_of_regular(path: Path) -> int:
    try:
        found = path.stat()
    except OSError as error:
        raise _unreadable(path, error) from error
    if stat.S_ISDIR(found.st_mode):
        raise InputUnreadable(f"{path}: a directory; name the files in it")
    if not stat.S_ISREG(found.st_mode):
        raise InputUnreadable(f"{path}: not a regular file; save the shots in one")
    return found.st_size


def _unreadable(path: Path, error: OSError) -> InputUnreadable:
    if isinstance(error, FileNotFoundError):
        return InputUnreadable(f"{path}: no such file; check the path")
    return InputUnreadable.of_reading(path, error)
