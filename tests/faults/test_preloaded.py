"""The preloaded process: its children are as good as new processes."""

from __future__ import annotations

import signal
from pathlib import Path

from forked_commands import ForkedCommands


def test_importing_starts_no_threads_that_a_child_would_miss(commands: ForkedCommands) -> None:
    """The allocator sees to its own after a fork."""
    assert set(commands.threads()) <= {"jemalloc_bg_thd"}


def test_a_command_gives_its_output_and_exit_code(commands: ForkedCommands) -> None:
    shown = commands.start(["--version"])
    assert shown.wait() == 0
    assert shown.output.startswith("signer ")
    assert shown.errors == ""
    refused = commands.start(["issue", "--nonsense"])
    assert refused.wait() == 2
    assert "No such option" in refused.errors


def test_a_command_that_is_killed_tells_the_signal(commands: ForkedCommands, tmp_path: Path) -> None:
    command = commands.start(["--help"])
    command.end()
    assert command.wait() in (0, -signal.SIGKILL)
