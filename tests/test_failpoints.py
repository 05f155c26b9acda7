"""Failpoints: all are known by name, and none does anything but in a test registry."""

from __future__ import annotations

import ast
import multiprocessing
import os
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from signer import failpoints
from signer.failpoints import ACTIONS, NAMES, TALLY, VARIABLE, arm, failpoint

PACKAGE = Path(failpoints.__file__).parent
FORKING = multiprocessing.get_context("fork")
WORKER_KILLED = 7


@pytest.fixture(autouse=True)
def disarmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failpoints._process, "armed", None)
    monkeypatch.delenv(TALLY, raising=False)


def test_every_failpoint_in_the_source_is_listed_once_and_every_listed_one_is_in_the_source() -> None:
    """The harness of tests/faults goes through the list: what is not in it would never be tried."""
    found = [
        ast.literal_eval(node.args[0])
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("failpoint")
    ]
    assert sorted(found) == sorted(NAMES)


def test_a_registry_in_earnest_has_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, f"{NAMES[0]}:error")
    monkeypatch.setenv(TALLY, str(tmp_path / "tally"))
    arm(is_test=False)
    failpoint(NAMES[0])
    assert not list(tmp_path.iterdir())


def test_a_test_registry_without_the_variable_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    arm(is_test=True)
    failpoint(NAMES[0])


def test_it_fails_at_the_chosen_place_and_time_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, f"{NAMES[0]}:error@2")
    arm(is_test=True)
    failpoint(NAMES[1])
    failpoint(NAMES[0])
    with pytest.raises(OSError, match=NAMES[0]):
        failpoint(NAMES[0])
    failpoint(NAMES[0])


def test_opening_another_registry_does_not_begin_to_count_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, f"{NAMES[0]}:error@2")
    arm(is_test=True)
    failpoint(NAMES[0])
    arm(is_test=True)
    with pytest.raises(OSError, match=NAMES[0]):
        failpoint(NAMES[0])


@pytest.mark.parametrize("asked", ["nowhere", "part-begun:explode", "part-begun@0", "part-begun@x"])
def test_what_cannot_be_understood_is_refused(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    monkeypatch.setenv(VARIABLE, asked)
    with pytest.raises(ValueError, match=asked):
        arm(is_test=True)


def test_what_is_done_is_said_before(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """So that a test can tell that the place was reached, and a killed process says it, too."""
    monkeypatch.setenv(VARIABLE, f"{NAMES[0]}:error")
    arm(is_test=True)
    with pytest.raises(OSError, match=NAMES[0]):
        failpoint(NAMES[0])
    assert capfd.readouterr().err == f"failpoint {NAMES[0]}: error\n"


def test_a_tally_alone_tells_the_places_that_were_passed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv(TALLY, str(tmp_path / "tally"))
    arm(is_test=True)
    for name in (NAMES[0], NAMES[1], NAMES[0]):
        failpoint(name)
    assert (tmp_path / "tally").read_text().splitlines() == [NAMES[0], NAMES[1], NAMES[0]]


def test_with_a_tally_processes_count_together(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Or a worker that does a killed one's part would be killed there as well."""
    monkeypatch.setenv(VARIABLE, f"{NAMES[0]}:kill@20")
    monkeypatch.setenv(TALLY, str(tmp_path / "tally"))
    arm(is_test=True)
    ended = []
    for _ in range(4):
        process = FORKING.Process(target=pass_often, args=(10,))
        process.start()
        process.join(60)
        ended.append(process.exitcode)
    assert ended == [0, -signal.SIGKILL, 0, 0]
    assert capfd.readouterr().err.count("failpoint") == 1


def test_many_processes_at_once_lose_no_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(TALLY, str(tmp_path / "tally"))
    monkeypatch.setenv(VARIABLE, f"{NAMES[0]}:kill@400")
    arm(is_test=True)
    processes = [FORKING.Process(target=pass_often, args=(100,)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert Counter(process.exitcode for process in processes) == {0: 3, -signal.SIGKILL: 1}


@pytest.mark.parametrize(
    ("place", "action", "killed"),
    [
        ("worker", "kill", "worker"),
        ("worker", "kill-worker", "worker"),
        ("worker", "kill-coordinator", "coordinator"),
        ("coordinator", "kill", "coordinator"),
        ("coordinator", "kill-worker", "worker"),
        ("coordinator", "kill-coordinator", "coordinator"),
    ],
)
def test_each_way_to_kill_ends_the_one_that_is_meant(
    monkeypatch: pytest.MonkeyPatch, place: str, action: str, killed: str
) -> None:
    monkeypatch.setenv(VARIABLE, f"{NAMES[0]}:{action}")
    arm(is_test=True)
    assert action in ACTIONS
    coordinator = os.fork()  # a process of multiprocessing would count as a worker
    if not coordinator:
        os._exit(coordinate(place))
    ended = os.waitstatus_to_exitcode(os.waitpid(coordinator, 0)[1])
    assert ended == (-signal.SIGKILL if killed == "coordinator" else WORKER_KILLED)


def test_a_coordinator_without_workers_cannot_kill_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, f"{NAMES[0]}:kill-worker")
    arm(is_test=True)
    with pytest.raises(RuntimeError, match="no worker"):
        failpoint(NAMES[0])


def pass_often(times: int) -> None:
    for _ in range(times):
        failpoint(NAMES[0])


def coordinate(place: str) -> int:
    """Starts a worker and passes the failpoint in one of the two."""
    worker = FORKING.Process(target=work, args=(place, os.getpid()))
    worker.start()
    if place == "coordinator":
        failpoint(NAMES[0])
    worker.join(60)
    return WORKER_KILLED if worker.exitcode == -signal.SIGKILL else 0


def work(place: str, coordinator: int) -> None:
    if place == "worker":
        failpoint(NAMES[0])
    while os.getppid() == coordinator:
        time.sleep(0.01)
