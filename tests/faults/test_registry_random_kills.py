"""Worker or coordinator killed at times that nobody chose."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest
from forked_commands import Command
from registry_runs import Harness

N_KILLS = 100 // int(os.environ.get("SIGNER_TEST_EVERY", "1"))  # ci/faults.sh asks for one in some
SEED = 20_220_414


@pytest.fixture(scope="module")
def duration_s(harness: Harness, tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long a run takes that nothing happens to."""
    begun_s = time.monotonic()
    assert harness.start(tmp_path_factory.mktemp("timed") / "registry").wait() == 0
    return time.monotonic() - begun_s


@pytest.mark.long
@pytest.mark.parametrize("trial", range(N_KILLS))
def test_a_kill_at_any_time_costs_no_certificate(
    harness: Harness, duration_s: float, tmp_path: Path, trial: int
) -> None:
    registry = tmp_path / "registry"
    chance = random.Random(SEED + trial)
    delay_s = chance.uniform(0, duration_s)
    command = harness.start(registry)
    time.sleep(delay_s)
    killed = kill_one(command, chance)
    code = command.wait()
    print(f"seed {SEED + trial}: killed {killed} after {delay_s:.3f} s, exit code {code}")
    assert code in ((0, -signal.SIGKILL) if killed == "the coordinator" else (0,)), command.errors
    harness.assert_no_half_state(registry)
    harness.resume(registry)


def kill_one(command: Command, chance: random.Random) -> str:
    """Kills the coordinator or one of its workers; it may have ended, or have no workers yet."""
    workers = command.children()
    if not workers or chance.random() < 0.5:
        command.end()
        return "the coordinator"
    worker = chance.choice(workers)
    try:
        os.kill(worker, signal.SIGKILL)
    except ProcessLookupError:
        return "nothing, as the worker has ended"
    return f"worker {1 + workers.index(worker)} of {len(workers)}"
