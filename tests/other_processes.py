"""What the kernel tells of other processes, which may end or close a file while it is asked."""

from __future__ import annotations

import time
from pathlib import Path

GONE = (FileNotFoundError, ProcessLookupError, PermissionError)
"""What reading /proc raises for a process that has just ended."""


def children_of(pid: int) -> list[int]:
    """The processes that it has forked and that run, in the order in which they were forked."""
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except GONE:
        return []
    return [int(child) for child in found if is_alive(int(child))]


def state_of(pid: int) -> str:
    """The letter by which the kernel tells the state of a process; none where there is no such process."""
    return (_stat_of(pid) or [""])[0]


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that is dead but not reaped does not."""
    return state_of(pid) not in ("", "Z")


def cpu_ticks_of(pid: int) -> int:
    """What it has computed, in the kernel's ticks, without what the kernel did for it."""
    return int((_stat_of(pid) or ["0"] * 12)[11])


def files_open_in(pid: int) -> list[str]:
    """The paths of the files that it has open."""
    found = []
    try:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            try:
                found.append(str(link.readlink()))
            except FileNotFoundError:
                continue  # closed in this moment
    except GONE:
        return []
    return found


def wait_until_stopped(pid: int, patience_s: float = 60.0) -> None:
    """Waits until the process has stopped itself at a failpoint."""
    deadline = time.monotonic() + patience_s
    while (state := state_of(pid)) != "T":
        assert state not in ("", "Z"), "the process has ended instead of stopping"
        assert time.monotonic() < deadline, "the process was never stopped"
        time.sleep(0.01)


def _stat_of(pid: int) -> list[str]:
    """The values of proc_pid_stat(5) from the third on: the name before them may hold blanks."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except GONE:
        return []
