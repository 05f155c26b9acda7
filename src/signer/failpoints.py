"""Named places in the code at which a test can end, stop or fail a process; inert anywhere else.

SIGNER_FAILPOINT=name[:kill|:error|:stop][@n] chooses a place, what happens there, and at which time that the
process comes by (the first unless told). It counts only once `arm` was called with the mark of a test
registry, so that no variable of the environment can disturb a registry in earnest.
"""

from __future__ import annotations

import errno
import os
import re
import signal
from dataclasses import dataclass

__all__ = ["NAMES", "VARIABLE", "arm", "failpoint"]

VARIABLE = "SIGNER_FAILPOINT"
NAMES = (
    "part-begun",
    "part-written",
    "part-synced",
    "part-named",
    "part-done",
    "lease-taken",
    "plan-begun",
    "plan-stored",
    "commit-begun",
    "commit-looked",
    "commit-allowed",
    "commit-appended",
    "commit-synced",
    "commit-table-done",
    "commit-done",
    "checkpoint-made",
    "registry-made",
    "registry-cleaned",
)
"""All names, in the order in which a process comes by; a commit's are passed once a table, refused first."""


@dataclass
class _Armed:
    """A failpoint that waits for its time; `remaining` counts down to it."""

    asked: str
    name: str
    action: str
    remaining: int


_armed: _Armed | None = None  # global on purpose: a failpoint must not show in what functions are handed


def arm(is_test: bool) -> None:
    """Reads the environment where `is_test`, and makes all failpoints inert otherwise.

    Raises ValueError where the variable cannot be understood: a test that tests nothing is worse than none.
    """
    global _armed  # noqa: PLW0603
    asked = os.environ.get(VARIABLE) if is_test else None
    if not asked:
        _armed = None
    elif _armed is None or _armed.asked != asked:  # a process may open its registry more than once
        _armed = _read(asked)


def failpoint(name: str) -> None:
    """Does what was asked for at this place: SIGKILL or SIGSTOP to this process, or OSError (EIO)."""
    if _armed is None or _armed.name != name:
        return
    _armed.remaining -= 1
    if _armed.remaining:
        return
    if _armed.action == "error":
        raise OSError(errno.EIO, f"failpoint {name}")
    os.kill(os.getpid(), signal.SIGSTOP if _armed.action == "stop" else signal.SIGKILL)


def _read(asked: str) -> _Armed:
    found = re.fullmatch(r"([a-z-]+)(?::(kill|error|stop))?(?:@([1-9][0-9]*))?", asked)
    if not found or found[1] not in NAMES:
        raise ValueError(f"{VARIABLE}={asked}: not of the form name[:kill|:error|:stop][@n], name in {NAMES}")
    return _Armed(asked, found[1], found[2] or "kill", int(found[3] or 1))
