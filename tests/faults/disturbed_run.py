"""A run in a process of its own, and what can be seen of it from outside."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 60.0


@dataclass(frozen=True)
class Run:
    """A run that has begun to write certificates."""

    process: subprocess.Popen[str]
    out: Path

    @property
    def incomplete(self) -> Path:
        return self.out.with_name(f"{self.out.name}.incomplete")

    def busy_workers(self) -> list[int]:
        """Ids of the processes that have a file of certificates open for writing."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [
            int(child) for child in children if has_open(int(child), str(self.incomplete / "certificates"))
        ]

    def wait_until_busy(self) -> list[int]:
        deadline = time.monotonic() + PATIENCE_S
        while not (busy := self.busy_workers()):
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < deadline, "no worker has begun to write"
            time.sleep(0.005)
        return busy

    def end(self) -> tuple[int, str]:
        """Waits for the end; gives exit code and stderr."""
        _, errors = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, errors


def has_open(pid: int, prefix: str) -> bool:
    try:
        return any(str(link.readlink()).startswith(prefix) for link in Path(f"/proc/{pid}/fd").iterdir())
    except (FileNotFoundError, PermissionError):
        return False


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that is dead but not reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
