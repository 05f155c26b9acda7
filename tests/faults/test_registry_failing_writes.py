"""Every call that writes, syncs or names a file of the registry fails once: no half state, and a good end."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from failing_disk import FailingDisk
from forked_commands import preloaded_process
from registry_runs import Harness

N_TRIED = int(os.environ.get("SIGNER_TEST_WRITES", "60"))
"""So many of all calls, evenly; SIGNER_TEST_WRITES=1000 tries all."""

QUICK = {N_TRIED // 3}
ERRORS = (errno.EIO, errno.ENOSPC)


@dataclass(frozen=True)
class Fragile:
    """Runs commands on the failing disk; an undisturbed run makes `n_calls` on it."""

    disk: FailingDisk
    harness: Harness
    n_calls: int


@pytest.fixture(scope="module")
def fragile(harness: Harness, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fragile]:
    disk = FailingDisk(tmp_path_factory.mktemp("disk"))
    counted = tmp_path_factory.mktemp("counted")
    with preloaded_process(tmp_path_factory.mktemp("fragile"), disk.environment) as commands:
        on_disk = replace(harness, commands=commands)
        disk.fail(counted, call=0, error=0)
        on_disk.resume(counted / "registry")
        assert disk.calls > 100
        yield Fragile(disk, on_disk, disk.calls)


@pytest.mark.parametrize(
    "trial",
    [pytest.param(trial, marks=[] if trial in QUICK else pytest.mark.long) for trial in range(N_TRIED)],
)
def test_a_write_that_fails_costs_no_certificate(fragile: Fragile, tmp_path: Path, trial: int) -> None:
    disk, harness, n_calls = fragile.disk, fragile.harness, fragile.n_calls
    call, error = 1 + int(trial * max(1.0, n_calls / N_TRIED)), ERRORS[trial % 2]
    if call > n_calls:
        pytest.skip("every call is tried by another")
    registry = tmp_path / "registry"
    disk.fail(tmp_path, call, error)
    command = harness.start(registry)
    code = command.wait()
    print(f"call {call} of {n_calls}: {disk.failed}: {os.strerror(error)}: exit code {code}")
    assert disk.failed or code == 0, "the call was never made"
    disk.fail(tmp_path, call=0, error=0)
    assert code in (0, 3, 4), command.errors
    assert "Traceback" not in command.errors
    assert code == 0 or str(tmp_path) in command.errors.splitlines()[-1], command.errors
    harness.assert_no_half_state(registry)
    harness.resume(registry)
