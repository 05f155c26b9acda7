"""Starts commands in children of the preloaded process, and waits for them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from disturbed_run import PATIENCE_S
from other_processes import children_of, is_alive, state_of

SERVER = Path(__file__).with_name("preloaded.py")


@dataclass
class Command:
    """A command that was started in a process of its own; `stdout` and `stderr` are files."""

    pid: int
    stdout: Path
    stderr: Path
    _answers: socket.socket

    @property
    def errors(self) -> str:
        return self.stderr.read_text("utf-8")

    @property
    def output(self) -> str:
        return self.stdout.read_text("utf-8")

    def wait(self, timeout_s: float = PATIENCE_S) -> int:
        """The exit code, negative for a signal. May be called once."""
        self._answers.settimeout(timeout_s)
        answer = self._answers.makefile().readline()
        self._answers.close()
        assert answer, "the preloaded process has ended"
        return int(answer)

    def end(self) -> None:
        """Kills it with all its workers, where it has not ended yet."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def wait_until_stopped(self) -> None:
        """Waits for a SIGSTOP to have reached it."""
        deadline = time.monotonic() + PATIENCE_S
        while state_of(self.pid) != "T":
            assert is_alive(self.pid), self.errors
            assert time.monotonic() < deadline, "the process was never stopped"
            time.sleep(0.005)

    def children(self) -> list[int]:
        """The processes that it has forked and that live, in the order in which they were forked."""
        return children_of(self.pid)


@dataclass
class ForkedCommands:
    """The preloaded process."""

    process: subprocess.Popen[bytes]
    folder: Path
    commands: list[Command] = field(default_factory=list)

    def start(self, arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Command:
        """Starts `signer ARGUMENTS`."""
        number = len(self.commands)
        stdout, stderr = (self.folder / f"{number}.{name}" for name in ("stdout", "stderr"))
        order = {
            "arguments": list(arguments),
            "environment": dict(environment or {}),
            "folder": str(self.folder),
            "stdout": str(stdout),
            "stderr": str(stderr),
        }
        answers = socket.socket(socket.AF_UNIX)
        answers.connect(str(self.folder / "socket"))
        answers.sendall(json.dumps(order).encode() + b"\n")
        pid = b""
        while not pid.endswith(b"\n"):  # byte by byte: the exit code comes on the same way
            pid += answers.recv(1)
        self.commands.append(Command(int(pid), stdout, stderr, answers))
        return self.commands[-1]

    def threads(self) -> list[str]:
        """The names of the threads of the preloaded process, besides the first."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return [(task / "comm").read_text().strip() for task in tasks if int(task.name) != self.process.pid]


@contextmanager
def preloaded_process(folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[ForkedCommands]:
    """A preloaded process, with its files below `folder`; it ends with the block."""
    process = subprocess.Popen(
        [sys.executable, str(SERVER), str(folder / "socket")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **(environment or {})},
    )
    started = ForkedCommands(process, folder)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n", "the preloaded process could not begin"
        yield started
    finally:
        process.kill()
        process.communicate()
        for command in started.commands:
            command.end()
