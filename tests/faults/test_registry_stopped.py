"""A coordinator that is stopped for longer than anyone waits, and wakes up when another has taken over."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from registry_runs import Harness

PLACES = ("lease-taken", "plan-begun", "plan-stored", "commit-begun", "commit-looked")
QUICK = {"commit-begun"}


@pytest.mark.parametrize(
    "place", [pytest.param(place, marks=[] if place in QUICK else pytest.mark.long) for place in PLACES]
)
def test_one_that_lost_its_lease_while_stopped_commits_no_more(
    harness: Harness, tmp_path: Path, place: str
) -> None:
    registry = tmp_path / "registry"
    time = 2 if place.startswith("commit") else 1
    first = harness.start(registry, failpoint=f"{place}:stop@{time}")
    first.wait_until_stopped()
    second = harness.start(registry)
    assert second.wait() == 3
    assert f"process {first.pid} is issuing into this registry" in second.errors
    third = harness.start(registry, "--take-over")
    assert third.wait() == 0, third.errors
    harness.assert_complete(registry)
    os.kill(first.pid, signal.SIGCONT)
    assert first.wait() == 4, first.errors
    assert "another coordinator has taken over" in first.errors
    harness.assert_complete(registry)


@pytest.mark.long
@pytest.mark.parametrize("place", ["commit-allowed", "commit-appended", "commit-synced"])
def test_one_that_was_stopped_behind_the_check_brings_nothing_in_twice(
    harness: Harness, tmp_path: Path, place: str
) -> None:
    """It may be through before it looks at its lease again."""
    registry = tmp_path / "registry"
    first = harness.start(registry, failpoint=f"{place}:stop@3")
    first.wait_until_stopped()
    third = harness.start(registry, "--take-over")
    assert third.wait() == 0, third.errors
    os.kill(first.pid, signal.SIGCONT)
    assert first.wait() in (0, 4), first.errors
    harness.assert_complete(registry)


def test_one_that_was_stopped_and_not_taken_over_completes(harness: Harness, tmp_path: Path) -> None:
    registry = tmp_path / "registry"
    command = harness.start(registry, failpoint="commit-looked:stop@3")
    command.wait_until_stopped()
    os.kill(command.pid, signal.SIGCONT)
    assert command.wait() == 0, command.errors
    harness.assert_complete(registry)
