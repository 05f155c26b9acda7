"""Processes that are killed, stopped or failed at every failpoint, and many at once: each shot stays once."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from committing_process import DONE, FAILED, FORKING, PARTS, REFUSED, Orders, coordinator, run_coordinator
from made_parts import OTHER_PLAN, PLAN, once, rows_in
from other_processes import wait_until_stopped

from signer.failpoints import OF_REGISTRY
from signer.registry import open_or_create, open_registry

pytestmark = pytest.mark.long

PLACES = [name for name in OF_REGISTRY if not name.startswith("plan-")]  # these have no plan
PASSED = {"registry-made": 1, "lease-taken": 1, "registry-cleaned": 1, "checkpoint-made": 2}
"""How often a coordinator comes by some failpoints; by the others once a part at least."""

N_TRIALS = 50 // int(os.environ.get("SIGNER_TEST_EVERY", "1"))  # ci/faults.sh asks for one in some
TIMES = [(name, time) for name in PLACES for time in range(1, PASSED.get(name, len(PARTS)) + 1)]


def assert_all_is_in_once(path: Path) -> None:
    registry = open_registry(path)
    assert rows_in(registry) == once(PARTS)
    assert list(registry.committed_parts(PLAN)) == list(PARTS)
    assert registry.orphans() == []


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files, which tell their content."""
    path = tmp_path_factory.mktemp("undisturbed") / "registry"
    assert run_coordinator(path) == DONE
    return files_of(path)


def files_of(path: Path) -> set[str]:
    return {f"{file.parent.name}/{file.name}" for file in path.glob("*/*.parquet")}


@pytest.mark.parametrize(("name", "time"), TIMES)
def test_a_killed_coordinator_leaves_what_the_next_one_completes(
    tmp_path: Path, undisturbed: set[str], name: str, time: int
) -> None:
    path = tmp_path / "registry"
    assert run_coordinator(path, f"{name}:kill@{time}") == -signal.SIGKILL
    assert run_coordinator(path) == DONE
    assert_all_is_in_once(path)
    assert files_of(path) == undisturbed


@pytest.mark.long
@pytest.mark.parametrize("name", PLACES)
def test_a_failing_disk_leaves_what_the_next_one_completes(
    tmp_path: Path, undisturbed: set[str], name: str
) -> None:
    path = tmp_path / "registry"
    expected = {DONE} if name in {"commit-appended", "checkpoint-made"} else {REFUSED, FAILED}
    assert run_coordinator(path, f"{name}:error") in expected
    assert run_coordinator(path) == DONE
    assert_all_is_in_once(path)
    assert files_of(path) == undisturbed


@pytest.mark.parametrize("trial", range(N_TRIALS))
def test_two_coordinators_of_one_plan_at_once_commit_each_part_once(tmp_path: Path, trial: int) -> None:
    """One may be done before the other has begun: then that finds nothing to do."""
    path = tmp_path / "registry"
    start = FORKING.Barrier(2)
    with coordinator(path, Orders(start=start)) as one, coordinator(path, Orders(start=start)) as other:
        one.join(60)
        other.join(60)
        assert {DONE} <= {one.exitcode, other.exitcode} <= {DONE, REFUSED}
    assert_all_is_in_once(path)


def test_two_that_both_think_they_hold_the_lease_commit_each_part_once(tmp_path: Path) -> None:
    """As on a file system without locks: the version that a commit is tried at keeps them apart."""
    registry = open_or_create(tmp_path / "registry", test=True)
    start = FORKING.Barrier(2)
    with (
        coordinator(registry.path, Orders(parts=range(10), start=start, unleased=True)) as one,
        coordinator(registry.path, Orders(parts=range(10), start=start, unleased=True)) as other,
    ):
        one.join(60)
        other.join(60)
        assert one.exitcode == other.exitcode == DONE
    assert rows_in(registry) == once(range(10))


def test_a_coordinator_of_another_plan_is_refused_as_well(tmp_path: Path) -> None:
    """Both could issue the same shot."""
    path = tmp_path / "registry"
    with coordinator(path, Orders("commit-allowed:stop@3")) as stopped:
        wait_until_stopped(stopped.pid)
        with coordinator(path, Orders(plan_id=OTHER_PLAN)) as other:
            other.join(60)
            assert other.exitcode == REFUSED


def test_a_second_coordinator_is_refused_while_the_first_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "registry"
    with coordinator(path, Orders("commit-allowed:stop@3")) as stopped:
        wait_until_stopped(stopped.pid)
        assert run_coordinator(path) == REFUSED
        os.kill(stopped.pid or 0, signal.SIGCONT)
        stopped.join(60)
        assert stopped.exitcode == DONE
    assert_all_is_in_once(path)


@pytest.mark.parametrize("place", ["commit-begun", "commit-looked", "commit-allowed"])
def test_a_coordinator_that_lost_its_lease_while_stopped_commits_no_more(tmp_path: Path, place: str) -> None:
    path = tmp_path / "registry"
    with coordinator(path, Orders(f"{place}:stop@2")) as stopped:
        wait_until_stopped(stopped.pid)
        registry = open_registry(path)
        before = len(registry.files("certificates"))
        with registry.lease(take_over=True) as lease:
            assert lease.epoch == 2
            os.kill(stopped.pid or 0, signal.SIGCONT)
            stopped.join(60)
            assert stopped.exitcode == FAILED
            assert len(registry.files("certificates")) == before
    assert run_coordinator(path) == DONE
    assert_all_is_in_once(path)


def test_a_coordinator_that_was_stopped_behind_the_check_adds_nothing_twice(tmp_path: Path) -> None:
    """No check can stand right before a commit: the version that it is tried at is what holds it back."""
    path = tmp_path / "registry"
    with coordinator(path, Orders("commit-allowed:stop")) as stopped:
        wait_until_stopped(stopped.pid)
        (path / "lease").unlink()  # by a hand that thinks it stale
        with coordinator(path, Orders()) as second:
            second.join(60)
            assert second.exitcode == REFUSED  # by the cleaning at its end: the first one lives
        os.kill(stopped.pid or 0, signal.SIGCONT)
        stopped.join(60)
        assert stopped.exitcode == FAILED  # it finds its part in, and its lease gone before the next
    assert_all_is_in_once(path)
