"""What stands in the lease of a registry, and who holds it, for those who only look on."""

from __future__ import annotations

import fcntl
import os
import re
from dataclasses import dataclass
from pathlib import Path

from signer.errors import RegistryUnreadable
from signer.registry.layout import LEASE, PRIVATE_FILE

__all__ = ["LeaseHolder", "find_holder", "holder_in", "open_lease"]

MAX_BYTES = 128
WORDS = re.compile(rb"([0-9]{1,20}) ([0-9]{1,20})(?: ([0-9a-f]{32}|-{32}))?\n", re.ASCII)


@dataclass(frozen=True)
class LeaseHolder:
    """A coordinator at work: its process on its machine, and the plan once that is settled."""

    epoch: int
    pid: int
    plan_id: str | None


def find_holder(registry: Path) -> LeaseHolder | None:
    """The process that holds the lease now, or None. Raises RegistryUnreadable.

    Whether a lock is held can only be told by asking for one: it is shared, and given back at once.
    """
    path = registry / LEASE
    try:
        descriptor = open_lease(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RegistryUnreadable.of_reading(path, error) from error
    try:
        holder = holder_in(descriptor, path)
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None
    except BlockingIOError:
        return holder
    finally:
        os.close(descriptor)


def open_lease(path: Path, flags: int) -> int:
    """Its descriptor. Raises OSError, and RegistryUnreadable where it is no regular file."""
    if os.path.lexists(path) and not path.is_file():
        raise _damaged(path, "is no regular file")
    return os.open(path, flags, PRIVATE_FILE)


def holder_in(descriptor: int, path: Path) -> LeaseHolder:
    """Who wrote the lease last. Raises RegistryUnreadable, naming its path, where nobody of us did.

    A holder that has not written its words yet goes by those of the one before; the first by zeros.
    """
    text = os.pread(descriptor, MAX_BYTES, 0)
    if not text:
        return LeaseHolder(0, 0, None)
    found = WORDS.fullmatch(text)
    if not found:
        raise _damaged(path, "does not tell who holds it")
    plan_id = (found[3] or b"-").decode("ascii")
    return LeaseHolder(int(found[1]), int(found[2]), None if set(plan_id) == {"-"} else plan_id)


def _damaged(path: Path, told: str) -> RegistryUnreadable:
    return RegistryUnreadable(f"{path}: {told}; end all runs that write here, then remove it")
