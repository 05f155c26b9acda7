"""A coordinator that is stopped for longer than anyone waits, and wakes up when another has taken over."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from forked_commands import Command
from registry_runs import Harness, contents_of, tally_of

BEFORE_COMMITTING = ("lease-taken", "plan-begun", "plan-stored")
COMMITTING = ("commit-begun", "commit-looked")


def stopped(harness: Harness, registry: Path, failpoint: str, *options: str) -> Command:
    """A coordinator that has stopped there."""
    command = harness.start(registry, *options, failpoint=failpoint)
    command.wait_until_stopped()
    return command


def wake(command: Command) -> int:
    """Has it go on to its end, and gives its exit code."""
    os.kill(command.pid, signal.SIGCONT)
    return command.wait()


def wake_when_taken_over(harness: Harness, registry: Path, command: Command) -> int:
    """Wakes it when another has completed the campaign, which it must leave as it is."""
    harness.resume(registry, "--take-over")
    code = wake(command)
    harness.assert_complete(registry)
    return code


@pytest.mark.parametrize("place", ["commit-begun", pytest.param("commit-looked", marks=pytest.mark.long)])
def test_one_that_lost_its_lease_while_stopped_commits_no_more(
    harness: Harness, tmp_path: Path, place: str
) -> None:
    registry = tmp_path / "registry"
    first = stopped(harness, registry, f"{place}:stop@2")
    second = harness.start(registry)
    assert second.wait() == 3
    assert f"process {first.pid} is writing to this registry" in second.errors
    assert wake_when_taken_over(harness, registry, first) == 4, first.errors
    assert "another coordinator has taken over" in first.errors


@pytest.mark.long
@pytest.mark.parametrize("place", [*BEFORE_COMMITTING, *COMMITTING])
def test_one_that_wakes_up_while_another_is_issuing_commits_no_more(
    harness: Harness, tmp_path: Path, place: str
) -> None:
    registry = tmp_path / "registry"
    first = stopped(harness, registry, f"{place}:stop@{2 if place in COMMITTING else 1}")
    os.truncate(tally_of(registry), 0)
    third = stopped(harness, registry, "commit-looked:stop@4", "--take-over")
    before = contents_of(registry).digests
    assert wake(first) == 4, first.errors
    assert "another coordinator has taken over" in first.errors
    assert contents_of(registry).digests == before
    assert wake(third) == 0, third.errors
    harness.assert_complete(registry)


@pytest.mark.long
@pytest.mark.parametrize("place", BEFORE_COMMITTING)
def test_one_that_finds_all_done_when_it_wakes_up_says_so(
    harness: Harness, tmp_path: Path, place: str
) -> None:
    """It has nothing to commit, so that it need not know of its loss."""
    registry = tmp_path / "registry"
    first = stopped(harness, registry, f"{place}:stop")
    assert wake_when_taken_over(harness, registry, first) in (0, 4), first.errors


@pytest.mark.long
@pytest.mark.parametrize("place", ["commit-allowed", "commit-appended", "commit-synced"])
def test_one_that_was_stopped_behind_the_check_brings_nothing_in_twice(
    harness: Harness, tmp_path: Path, place: str
) -> None:
    """It may be through before it looks at its lease again."""
    registry = tmp_path / "registry"
    first = stopped(harness, registry, f"{place}:stop@3")
    assert wake_when_taken_over(harness, registry, first) in (0, 4), first.errors


@pytest.mark.long
def test_one_that_was_stopped_and_not_taken_over_completes(harness: Harness, tmp_path: Path) -> None:
    registry = tmp_path / "registry"
    command = stopped(harness, registry, "commit-looked:stop@3")
    assert wake(command) == 0, command.errors
    harness.assert_complete(registry)
