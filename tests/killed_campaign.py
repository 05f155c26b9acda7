"""A campaign in a process of its own, which a failpoint kills: `killed_campaign.py REGISTRY N_PARTS`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from made_campaigns import commit_part, made_plan, stored

from signer import failpoints
from signer.registry import open_or_create

__all__ = ["run_killed"]


def run_killed(registry: Path, failpoint: str, n_parts: int = 3) -> None:
    """Runs it until the failpoint, which it must come to, kills it."""
    paths = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, __file__, registry, str(n_parts)],
        env={**os.environ, "PYTHONPATH": paths, failpoints.VARIABLE: f"{failpoint}:kill"},
        check=False,
        timeout=60,
    )
    assert done.returncode == -signal.SIGKILL


def _run(path: Path, n_parts: int) -> None:
    registry = open_or_create(path, test=True)
    plan = stored(registry, made_plan())
    with registry.lease() as lease:
        lease.note_plan(plan.plan_id)
        done = registry.committed_parts(plan.plan_id)
        for number in (number for number in range(n_parts) if number not in done):
            commit_part(registry, lease, plan, number)


if __name__ == "__main__":
    _run(Path(sys.argv[1]), int(sys.argv[2]))
