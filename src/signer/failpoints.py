"""Named places in the code at which a test can end, stop or fail a process; inert anywhere else.

SIGNER_FAILPOINT=name[:action][@n] chooses a place, what happens there, and the how manieth passing of it that
is (the first unless told). Each process counts for itself, or all count together where SIGNER_FAILPOINT_TALLY
names a file: every place that is passed is written there. It counts only once `arm` was called with the mark
of a test registry, so that no variable of the environment can disturb a registry in earnest.
"""

from __future__ import annotations

import errno
import fcntl
import multiprocessing
import os
import re
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = [
    "ACTIONS",
    "NAMES",
    "OF_CLEANING",
    "OF_REGISTRY",
    "TALLY",
    "VARIABLE",
    "arm",
    "failpoint",
]

VARIABLE, TALLY = "SIGNER_FAILPOINT", "SIGNER_FAILPOINT_TALLY"
OF_REGISTRY = (
    "registry-made",
    "lease-taken",
    "plan-begun",
    "plan-stored",
    "part-begun",
    "part-written",
    "part-synced",
    "part-named",
    "part-done",
    "commit-begun",
    "commit-looked",
    "commit-allowed",
    "commit-appended",
    "commit-synced",
    "checkpoint-made",
    "commit-table-done",
    "commit-done",
    "registry-cleaned",
)
"""In the order in which a run comes by: a part's once a file, a commit's once a table."""
OF_CLEANING = ("clean-opened", "clean-judged", "clean-counted", "clean-summed")
NAMES = (*OF_REGISTRY, *OF_CLEANING)


@dataclass
class _Armed:
    """A failpoint that waits for its time, and the tally; either may be missing."""

    asked: tuple[str, str]
    name: str
    action: str
    time: int
    passed: int = 0

    def is_time(self, name: str) -> bool:
        """Counts a passing of the place `name`; tells whether it is the one that was asked for."""
        tally = self.asked[1]
        if tally:
            return _enter(tally, name) == self.time and name == self.name
        self.passed += name == self.name
        return self.passed == self.time and name == self.name


@dataclass
class _Process:
    """What waits in this process."""

    armed: _Armed | None = None


_process = _Process()  # global on purpose: a failpoint must not show in what functions are handed


def arm(is_test: bool) -> None:
    """Reads the environment where `is_test`, and makes all failpoints inert otherwise.

    Raises ValueError where the variable cannot be understood: a test that tests nothing is worse than none.
    """
    asked = (os.environ.get(VARIABLE, ""), os.environ.get(TALLY, "")) if is_test else ("", "")
    if not any(asked):
        _process.armed = None
    elif _process.armed is None or _process.armed.asked != asked:  # the registry may be opened once more
        _process.armed = _read(asked)


def failpoint(name: str) -> None:
    """Does what was asked for at this place; says so on stderr before.

    `kill` and `stop` send SIGKILL and SIGSTOP to this process, `error` raises OSError (EIO); `kill-worker`
    ends this worker or else one of the coordinator's, `kill-coordinator` this coordinator or the worker's.
    """
    armed = _process.armed
    if armed is None or not armed.is_time(name):
        return
    # Not by sys.stderr, whose buffer or progress bar would be lost with the process.
    os.write(2, f"failpoint {name}: {armed.action}\n".encode())
    ACTIONS[armed.action](name)


def _kill(_name: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _stop(_name: str) -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def _fail(name: str) -> None:
    raise OSError(errno.EIO, f"failpoint {name}")


def _kill_worker(name: str) -> None:
    if _is_worker():
        _kill(name)
    workers = [process.pid for process in multiprocessing.active_children() if process.pid]
    if not workers:
        raise RuntimeError(f"failpoint {name}: there is no worker to kill")
    os.kill(min(workers), signal.SIGKILL)


def _kill_coordinator(_name: str) -> None:
    os.kill(os.getppid() if _is_worker() else os.getpid(), signal.SIGKILL)


def _is_worker() -> bool:
    return multiprocessing.parent_process() is not None


ACTIONS: Mapping[str, Callable[[str], None]] = {
    "kill": _kill,
    "stop": _stop,
    "error": _fail,
    "kill-worker": _kill_worker,
    "kill-coordinator": _kill_coordinator,
}


def _enter(tally: str, name: str) -> int:
    """Writes a line to the tally and gives how often it holds that line now."""
    with open(tally, "a+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        times = file.read().splitlines().count(name) + 1
        file.write(f"{name}\n")
    return times


def _read(asked: tuple[str, str]) -> _Armed:
    wanted = asked[0]
    found = re.fullmatch(rf"([a-z-]+)(?::({'|'.join(ACTIONS)}))?(?:@([1-9][0-9]*))?", wanted)
    if wanted and (not found or found[1] not in NAMES):
        raise ValueError(
            f"{VARIABLE}={wanted}: not of the form name[:action][@n], "
            f"name in {NAMES}, action in {tuple(ACTIONS)}"
        )
    if not found:
        return _Armed(asked, "", "", 0)
    return _Armed(asked, found[1], found[2] or "kill", int(found[3] or 1))
