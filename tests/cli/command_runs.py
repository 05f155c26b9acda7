"""Runs of the command `signer` as it is typed: in this process, or in one of its own where that is tested."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

from click.testing import CliRunner

from signer.cli import main


@dataclass(frozen=True)
class Finished:
    """A command that has ended."""

    returncode: int
    stdout: str
    stderr: str


def signer(*arguments: object, **environment: str) -> Finished:
    """In this process, which saves the time to start one."""
    done = CliRunner().invoke(main, list(map(str, arguments)), env=environment)
    return Finished(done.exit_code, done.stdout, done.stderr)


def signer_process(*arguments: object, **environment: str) -> Finished:
    """In a process and environment of its own."""
    command = [sys.executable, "-m", "signer", *map(str, arguments)]
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120, check=False
    )
    return Finished(done.returncode, done.stdout, done.stderr)
