"""An order to revoke that is killed anywhere: the same command ends with each certificate revoked once."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from deltalake import DeltaTable
from forked_commands import Command
from registry_runs import Harness

from signer.failpoints import OF_REGISTRY, TALLY, VARIABLE
from signer.registry import open_registry
from signer.registry.orders import count_revoked

NOT_OF_ORDERS = {"registry-made", "plan-begun", "plan-stored", "registry-cleaned", "checkpoint-made"}
PASSED = tuple(name for name in OF_REGISTRY if name not in NOT_OF_ORDERS)
QUICK = {"part-named", "commit-appended"}
ORDER = ["--facility", "01-0007", "--reason", "closed down", "--ordered-by", "MOH"]
N_KILLS, SEED = 20, 20_220_601


@pytest.fixture
def registry(harness: Harness, tmp_path: Path) -> Path:
    return Path(shutil.copytree(harness.undisturbed, tmp_path / "registry"))


def revoke(harness: Harness, registry: Path, *more: str, failpoint: str = "") -> Command:
    environment = {VARIABLE: failpoint, TALLY: str(registry.with_name("tally"))} if failpoint else {}
    return harness.commands.start(["revoke", str(registry), *ORDER, *more], environment)


def events(registry: Path) -> Counter[tuple[str, str]]:
    rows = DeltaTable(str(registry / "revocations")).to_pyarrow_table(columns=["uvci", "action"]).to_pylist()
    return Counter((row["uvci"], row["action"]) for row in rows)


def uvcis(registry: Path) -> list[str]:
    found: list[str] = (
        DeltaTable(str(registry / "certificates")).to_pyarrow_table(columns=["uvci"])["uvci"].to_pylist()
    )
    return found


def assert_complete(harness: Harness, registry: Path, actions: tuple[str, ...] = ("revoked",)) -> None:
    """Each certificate has each event once; what was left behind goes, and nothing else."""
    assert events(registry) == {(uvci, action): 1 for uvci in uvcis(registry) for action in actions}
    assert count_revoked(registry) == (len(uvcis(registry)) if actions == ("revoked",) else 0)
    open_registry(registry).clean()
    assert open_registry(registry).orphans() == []
    assert set(events(registry).values()) == {1}
    harness.assert_complete(registry)


def test_every_failpoint_of_a_commit_is_passed_by_an_order(harness: Harness, registry: Path) -> None:
    assert revoke(harness, registry, failpoint="registry-cleaned").wait() == 0
    assert set(registry.with_name("tally").read_text("ascii").split()) == set(PASSED)
    assert_complete(harness, registry)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in QUICK else pytest.mark.long) for name in PASSED]
)
def test_an_order_that_is_killed_is_completed_by_the_same_command(
    harness: Harness, registry: Path, name: str
) -> None:
    killed = revoke(harness, registry, failpoint=name)
    assert killed.wait() == -signal.SIGKILL, killed.errors
    assert set(events(registry)) in (set(), {(uvci, "revoked") for uvci in uvcis(registry)}), "not half"
    again = revoke(harness, registry)
    assert again.wait() == 0, again.errors
    assert_complete(harness, registry)


@pytest.mark.long
@pytest.mark.parametrize("name", ["part-named", "commit-allowed", "commit-appended", "commit-done"])
def test_an_undoing_that_is_killed_is_completed_by_the_same_command(
    harness: Harness, registry: Path, name: str
) -> None:
    assert revoke(harness, registry).wait() == 0
    killed = revoke(harness, registry, "--undo", failpoint=name)
    assert killed.wait() == -signal.SIGKILL, killed.errors
    again = revoke(harness, registry, "--undo")
    assert again.wait() == 0, again.errors
    assert_complete(harness, registry, ("revoked", "restored"))


@pytest.mark.long
@pytest.mark.parametrize("name", ["part-done", "commit-looked", "commit-allowed"])
def test_an_order_that_was_stopped_records_nothing_once_another_has_taken_over(
    harness: Harness, registry: Path, name: str
) -> None:
    """Stopped behind its last look at the lease, too: the fence takes the version that it would have."""
    stopped = revoke(harness, registry, failpoint=f"{name}:stop")
    stopped.wait_until_stopped()
    other = revoke(harness, registry, "--take-over")
    assert other.wait() == 0, other.errors
    os.kill(stopped.pid, signal.SIGCONT)
    assert stopped.wait() == 4, stopped.errors
    assert "another coordinator has taken over" in stopped.errors
    assert_complete(harness, registry)


@pytest.mark.long
def test_twenty_kills_at_any_time_end_in_the_same(harness: Harness, registry: Path) -> None:
    chance, begun_s = random.Random(SEED), time.monotonic()
    assert revoke(harness, Path(shutil.copytree(registry, registry.with_name("timed")))).wait() == 0
    duration_s = time.monotonic() - begun_s
    for trial in range(N_KILLS):
        copy = Path(shutil.copytree(registry, registry.with_name(f"trial-{trial}")))
        killed = revoke(harness, copy)
        time.sleep(chance.uniform(0, duration_s))
        killed.end()
        killed.wait()
        again = revoke(harness, copy)
        assert again.wait() == 0, f"seed {SEED}, trial {trial}: {again.errors}"
        assert events(copy) == {(uvci, "revoked"): 1 for uvci in uvcis(copy)}, f"seed {SEED}, trial {trial}"
        shutil.rmtree(copy)
