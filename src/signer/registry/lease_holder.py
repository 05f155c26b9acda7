"""Who holds the lease of a registry, for those who only look on."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from signer.errors import RegistryUnreadable
from signer.registry.layout import LEASE

__all__ = ["LeaseHolder", "find_holder"]

MAX_BYTES = 128


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
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RegistryUnreadable(
            f"{path}: cannot be read ({error.strerror}); check its owner and mode"
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None
    except BlockingIOError:
        return _told_by(os.pread(descriptor, MAX_BYTES, 0).split())
    finally:
        os.close(descriptor)


def _told_by(words: list[bytes]) -> LeaseHolder:
    """A holder that has not written its words yet goes by those of the one before; the first by zeros."""
    epoch, pid, plan_id = ([word.decode("ascii", "replace") for word in words] + ["0", "0", "-"])[:3]
    return LeaseHolder(int(epoch), int(pid), None if set(plan_id) == {"-"} else plan_id)
