"""Two starts at the same moment: one issues, the other is told so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from registry_runs import Harness

N_TRIALS = 50 // int(os.environ.get("SIGNER_TEST_EVERY", "1"))  # ci/faults.sh asks for one in some
QUICK = 1


@pytest.mark.parametrize(
    "trial",
    [pytest.param(trial, marks=[] if trial < QUICK else pytest.mark.long) for trial in range(N_TRIALS)],
)
def test_of_two_starts_one_wins(harness: Harness, tmp_path: Path, trial: int) -> None:
    registry = tmp_path / "registry"
    both = [harness.start(registry) for _ in range(2)]
    ended = {command.wait(): command for command in both}
    assert sorted(ended) == [0, 3], [command.errors for command in both]
    assert "Traceback" not in ended[3].errors
    assert "is writing to this registry" in ended[3].errors
    harness.assert_complete(registry)
