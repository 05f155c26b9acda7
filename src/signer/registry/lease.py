"""The lease of a registry: one coordinator holds it, a second one is told so, and one that lost it notices.

It is a lock on a file, so it ends with its process, however that ends. In the file stands an epoch that grows
with each holder. A process that is stopped keeps its lock; who takes over by intent puts a new file
in its place, and the old holder finds the old epoch gone before its next commit.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from signer import durable
from signer.errors import OutputExists, OutputUnwritable, RegistryUnreadable, StoppedHalfWay
from signer.failpoints import failpoint
from signer.registry.layout import LEASE, PRIVATE_FILE
from signer.registry.lease_holder import LeaseHolder, holder_in, open_lease
from signer.registry.table_log import Follower

__all__ = ["Lease", "hold_lease", "keep_all_away"]


NO_PLAN = "-" * 32
TRIES, BETWEEN_TRIES_S = 5, 0.02


@dataclass(frozen=True)
class Lease:
    """The right to commit parts; `epoch` counts its holders from 1.

    `followers` are of the tables that its holder has committed to, by their folders.
    """

    epoch: int
    path: Path
    descriptor: int
    followers: dict[Path, Follower] = field(default_factory=dict)

    def note_plan(self, plan_id: str) -> None:
        """Notes in the lease which plan is being issued, for who asks. Raises DiskFull or StoppedHalfWay."""
        with durable.naming(self.path):
            _write_words(self.descriptor, self.epoch, plan_id)

    def check(self) -> None:
        """Raises StoppedHalfWay where another coordinator has taken over."""
        try:
            mine = os.path.samestat(self.path.stat(), os.fstat(self.descriptor))
            mine = mine and holder_in(self.descriptor, self.path).epoch == self.epoch
        except (FileNotFoundError, RegistryUnreadable):
            mine = False
        if not mine:
            raise StoppedHalfWay(f"{self.path}: another coordinator has taken over; this one commits no more")


@contextmanager
def hold_lease(registry: Path, take_over: bool = False) -> Iterator[Lease]:
    """Holds the lease; with `take_over` also where another process, stopped for ever, has it.

    Raises OutputExists where another process holds it, or cleans the registry; OutputUnwritable where the
    file cannot be written, and RegistryUnreadable where it is damaged. Where the block fails and another has
    taken over meanwhile, StoppedHalfWay says that.
    """
    path = registry / LEASE
    with _locked(registry, fcntl.LOCK_SH, f"{registry}: is being cleaned or mended; try again later"):
        try:
            descriptor = _replace(path) if take_over else _claim(path)
        except OSError as error:
            raise OutputUnwritable(f"{path}: cannot be written: {error.strerror}") from error
        try:
            failpoint("lease-taken")
            with _told_first(Lease(holder_in(descriptor, path).epoch, path, descriptor)) as lease:
                yield lease
        finally:
            os.close(descriptor)


@contextmanager
def _told_first(lease: Lease) -> Iterator[Lease]:
    """Whoever has lost the lease ends by that, whatever fails then, as the other has removed its staging."""
    try:
        yield lease
    except Exception:
        with suppress(OSError):  # of a disk that fails: then what failed first is the better tale
            lease.check()
        raise


@contextmanager
def keep_all_away(registry: Path, why: str) -> Iterator[None]:
    """Keeps all coordinators away. Raises OutputExists, saying `why`, where there is one."""
    with _locked(registry, fcntl.LOCK_EX, f"{registry}: {why}"):
        yield


@contextmanager
def _locked(folder: Path, mode: int, refusal: str) -> Iterator[None]:
    """Every holder shares the lock on the folder, also one that was stopped and has lost the lease."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _lock(descriptor, mode, refusal)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, mode: int, refusal: str) -> None:
    """Tries for a moment: who asks whether the lock is held has it for an instant."""
    for _ in range(TRIES):
        try:
            fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(BETWEEN_TRIES_S)
        else:
            return
    raise OutputExists(refusal)


def _claim(path: Path) -> int:
    """Locks the file and counts its epoch up; gives its descriptor."""
    while True:
        descriptor = open_lease(path, os.O_RDWR | os.O_CREAT)
        try:
            _lock(descriptor, fcntl.LOCK_EX, _held_by(holder_in(descriptor, path), path))
            if os.path.samestat(path.stat(), os.fstat(descriptor)):
                _write_words(descriptor, holder_in(descriptor, path).epoch + 1)
                durable.sync_all([path, path.parent])
                return descriptor
        except FileNotFoundError:
            pass  # taken over or removed between our open and our lock
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _replace(path: Path) -> int:
    """Puts a file of the next epoch, which is locked already, in the place of the one that is there."""
    epoch = _epoch_at(path) + 1
    with ExitStack() as on_failure:
        with durable.new_file(path, is_shared=True) as temporary:
            descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
            on_failure.callback(os.close, descriptor)
            _lock(descriptor, fcntl.LOCK_EX, f"{path}: another process is taking over; wait for it")
            _write_words(descriptor, epoch)
        on_failure.pop_all()
    return descriptor


def _epoch_at(path: Path) -> int:
    try:
        descriptor = open_lease(path, os.O_RDONLY)
    except FileNotFoundError:
        return 0
    try:
        return holder_in(descriptor, path).epoch
    finally:
        os.close(descriptor)


def _write_words(descriptor: int, epoch: int, plan_id: str = NO_PLAN) -> None:
    """One write of one length: a process killed amid it leaves the old words or the new ones."""
    os.pwrite(descriptor, b"%020d %020d %s\n" % (epoch, os.getpid(), plan_id.encode("ascii")), 0)


def _held_by(holder: LeaseHolder, path: Path) -> str:
    process = f"process {holder.pid}" if holder.pid else "another process"
    return f"{path}: {process} is writing to this registry; wait for its end, or end it"
