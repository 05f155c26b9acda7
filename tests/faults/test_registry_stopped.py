"""A coordinator that is stopped for longer than anyone waits, and wakes up when another has taken over."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from registry_runs import Harness, contents_of, tally_of

BEFORE_COMMITTING = ("lease-taken", "plan-begun", "plan-stored")
COMMITTING = ("commit-begun", "commit-looked")


@pytest.mark.parametrize("place", ["commit-begun", pytest.param("commit-looked", marks=pytest.mark.long)])
def test_one_that_lost_its_lease_while_stopped_commits_no_more(
    harness: Harness, tmp_path: Path, place: str
) -> None:
    registry = tmp_path / "registry"
    first = harness.start(registry, failpoint=f"{place}:stop@2")
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
@pytest.mark.parametrize("place", [*BEFORE_COMMITTING, *COMMITTING])
def test_one_that_wakes_up_while_another_is_issuing_commits_no_more(
    harness: Harness, tmp_path: Path, place: str
) -> None:
    registry = tmp_path / "registry"
    first = harness.start(registry, failpoint=f"{place}:stop@{2 if place in COMMITTING else 1}")
    first.wait_until_stopped()
    os.truncate(tally_of(registry), 0)
    third = harness.start(registry, "--take-over", failpoint="commit-looked:stop@4")
    third.wait_until_stopped()
    before = contents_of(registry).digests
    os.kill(first.pid, signal.SIGCONT)
    assert first.wait() == 4, first.errors
    assert "another coordinator has taken over" in first.errors
    assert contents_of(registry).digests == before
    os.kill(third.pid, signal.SIGCONT)
    assert third.wait() == 0, third.errors
    harness.assert_complete(registry)


@pytest.mark.long
@pytest.mark.parametrize("place", BEFORE_COMMITTING)
def test_one_that_finds_all_done_when_it_wakes_up_says_so(
    harness: Harness, tmp_path: Path, place: str
) -> None:
    """It has nothing to commit, so that it need not know of its loss."""
    registry = tmp_path / "registry"
    first = harness.start(registry, failpoint=f"{place}:stop")
    first.wait_until_stopped()
    third = harness.start(registry, "--take-over")
    assert third.wait() == 0, third.errors
    os.kill(first.pid, signal.SIGCONT)
    assert first.wait() in (0, 4), first.errors
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


@pytest.mark.long
def test_one_that_was_stopped_and_not_taken_over_completes(harness: Harness, tmp_path: Path) -> None:
    registry = tmp_path / "registry"
    command = harness.start(registry, failpoint="commit-looked:stop@3")
    command.wait_until_stopped()
    os.kill(command.pid, signal.SIGCONT)
    assert command.wait() == 0, command.errors
    harness.assert_complete(registry)
