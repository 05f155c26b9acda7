"""A renewal that was stopped, and wakes up while another that has taken over is at it, says so."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

from forked_commands import Command
from registry_runs import Harness, tally_of

from signer.failpoints import TALLY, VARIABLE

NOW = "2022-12-20T01:00:00+07:00"


def renew(harness: Harness, registry: Path, *more: str, failpoint: str = "") -> Command:
    environment = {VARIABLE: failpoint, TALLY: str(tally_of(registry))} if failpoint else {}
    options = f"--expiring-within 120d --now {NOW} --workers 2 --rows-per-part 100".split()
    profile = str(harness.campaign.profile)
    return harness.commands.start(
        ["renew", str(registry), "--profile", profile, *options, *more], environment
    )


def test_one_whose_staging_another_has_removed_says_that_it_was_taken_over(
    harness: Harness, tmp_path: Path
) -> None:
    """It ended with `No such file`, as if the disk had lost it."""
    registry = shutil.copytree(harness.undisturbed, tmp_path / "registry")
    first = renew(harness, registry, failpoint="plan-stored:stop@1")
    first.wait_until_stopped()
    os.truncate(tally_of(registry), 0)
    other = renew(harness, registry, "--take-over", failpoint="commit-looked:stop@2")
    other.wait_until_stopped()
    os.kill(first.pid, signal.SIGCONT)
    assert first.wait() == 4, first.errors
    assert "another coordinator has taken over; this one commits no more" in first.errors
    assert "No such file" not in first.errors
    os.kill(other.pid, signal.SIGCONT)
    assert other.wait() == 0, other.errors
