"""One command at a time replaces a file of metrics: each keeps what the file says of the others."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from signer.errors import StoppedHalfWay

__all__ = ["replacing"]

READABLE = 0o644  # commands of several users take turns, whatever umask each has
TRIES, BETWEEN_TRIES_S = 500, 0.02  # to read and replace the file takes an instant


@contextmanager
def replacing(path: Path) -> Iterator[None]:
    """Holds a lock beside the file, which goes when the block ends; with its process, if that is killed.

    Raises OSError, and StoppedHalfWay where another process has it for ten seconds, being stopped.
    """
    lock = path.with_name(f".{path.name}.lock")
    for _ in range(TRIES):
        descriptor = os.open(lock, os.O_RDONLY | os.O_CREAT, READABLE)
        try:
            with suppress(PermissionError):  # of whoever made it, who has done so
                os.fchmod(descriptor, READABLE)
            if _is_ours(descriptor, lock):
                try:
                    yield
                finally:
                    lock.unlink(missing_ok=True)
                return
        finally:
            os.close(descriptor)
        time.sleep(BETWEEN_TRIES_S)
    raise StoppedHalfWay(f"{path}: another command has been replacing it for long; end that and start again")


def _is_ours(descriptor: int, lock: Path) -> bool:
    """Tries to lock it; one that its last holder has removed meanwhile is of no use."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(lock.stat(), os.fstat(descriptor))
    except (BlockingIOError, FileNotFoundError):
        return False
