"""Worker or coordinator killed at every failpoint, at the first, a middle and the last part."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from registry_runs import Harness

from signer.failpoints import OF_REGISTRY, VARIABLE
from signer.registry import open_registry

TIMES = ("first", "middle", "last")
KILLS = ("kill-worker", "kill-coordinator")
QUICK = {("part-named", "kill-worker", "middle")}
ISSUING = tuple(name for name in OF_REGISTRY if name != "registry-cleaned")
"""What `signer issue` comes by; `signer registry clean` and `signer clean` come by the others."""

CASES = [
    pytest.param(name, kill, time, marks=[] if (name, kill, time) in QUICK else pytest.mark.long)
    for name in ISSUING
    for kill in KILLS
    for time in TIMES
]


def test_every_failpoint_is_passed_by_an_undisturbed_run(harness: Harness) -> None:
    """So that each of OF_REGISTRY, those in the source (tests/test_failpoints.py), is exercised here."""
    assert set(harness.passed) == set(ISSUING)


@pytest.mark.parametrize(("name", "kill", "time"), CASES)
def test_what_a_kill_leaves_is_completed_by_the_same_command(
    harness: Harness,
    tmp_path: Path,
    name: str,
    kill: str,
    time: str,
) -> None:
    registry = tmp_path / "registry"
    number = {"first": 1, "middle": (harness.passed[name] + 1) // 2, "last": harness.passed[name]}[time]
    command = harness.start(registry, failpoint=f"{name}:{kill}@{number}")
    code = command.wait()
    assert command.errors.count(f"failpoint {name}: {kill}\n") == 1, command.errors
    if kill == "kill-worker":
        assert code == 0, command.errors
        harness.assert_complete(registry)
    else:
        assert code == -signal.SIGKILL, command.errors
        harness.assert_no_half_state(registry)
    harness.resume(registry)


@pytest.mark.long
def test_a_killed_cleaning_leaves_what_the_next_one_cleans(harness: Harness, tmp_path: Path) -> None:
    registry = tmp_path / "registry"
    assert harness.start(registry, failpoint="commit-allowed:kill-coordinator@3").wait() == -signal.SIGKILL
    assert open_registry(registry).orphans()
    order = ["registry", "clean", str(registry)]
    killed = harness.commands.start(order, {VARIABLE: "registry-cleaned:kill-coordinator"})
    assert killed.wait() == -signal.SIGKILL
    assert killed.errors == "failpoint registry-cleaned: kill-coordinator\n"
    cleaning = harness.commands.start(order)
    assert cleaning.wait() == 0, cleaning.errors
    assert open_registry(registry).orphans() == []
    harness.assert_no_half_state(registry)
    harness.resume(registry)
