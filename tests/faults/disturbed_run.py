"""A run in a process of its own, and what can be seen of it from outside."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from other_processes import children_of, files_open_in

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
        prefix = str(self.incomplete / "certificates")
        return [
            child
            for child in children_of(self.process.pid)
            if any(path.startswith(prefix) for path in files_open_in(child))
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
