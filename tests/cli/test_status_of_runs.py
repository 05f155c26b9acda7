"""`signer status` beside real processes of `signer issue`: in a run, after a kill, and at its end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from made_shots import ISSUED_AT_TEXT, make_profile, write_shots
from other_processes import wait_until_stopped

from signer.cli import main
from signer.failpoints import VARIABLE
from signer.registry import open_or_create

N_ROWS, ROWS_PER_PART = 40, 10


def signer(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "signer", *map(str, arguments)]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)))


def status(registry: Path) -> dict[str, Any]:
    done = run("status", registry, "--json", "--deadline", "2090-01-01T00:00:00Z")
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def state_of(found: dict[str, Any]) -> tuple[str, int, int]:
    (campaign,) = found["campaigns"]
    return campaign["state"], campaign["parts_done"], campaign["parts"]


@contextmanager
def stopped_run(command: list[str], failpoint: str) -> Iterator[int]:
    """A run that stands still at a failpoint, by the id of its process; it is killed behind the block."""
    process = subprocess.Popen(
        command,
        env={**os.environ, VARIABLE: f"{failpoint}:stop@3"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until_stopped(process.pid)
        yield process.pid
    finally:
        process.kill()
        process.wait()


def test_a_run_is_seen_while_it_goes_on_after_a_kill_when_done_and_when_corrected(tmp_path: Path) -> None:
    registry = open_or_create(tmp_path / "registry", test=True).path
    shots = write_shots(tmp_path / "shots.parquet", N_ROWS, {5: {"full_name": None}})
    options = ["--profile", make_profile(tmp_path), "--registry", registry, "--workers", 1]
    options += ["--rows-per-part", ROWS_PER_PART, "--issued-at", ISSUED_AT_TEXT]
    with stopped_run(signer("issue", shots, *options), "commit-begun") as pid:
        found = status(registry)
        assert state_of(found) == ("running", 2, 4)
        assert found["run"] == {"pid": pid, "epoch": 1, "plan": found["campaigns"][0]["plan"]}
        refused = run("registry", "clean", registry)
        assert refused.exit_code == 3
    found = status(registry)
    assert state_of(found) == ("stopped", 2, 4)
    assert found["run"] is None
    assert found["orphans"]
    assert run("registry", "clean", registry).exit_code == 0
    assert status(registry)["orphans"] == []
    done = run("issue", shots, *options)
    assert done.exit_code == 0, done.stderr
    found = status(registry)
    (campaign,) = found["campaigns"]
    assert state_of(found) == ("finished", 4, 4)
    assert (found["certificates"], found["superseded"], found["refused"]) == (N_ROWS - 1, 0, 1)
    assert (campaign["issued"], campaign["refused"], campaign["skipped"]) == (N_ROWS - 1, 1, {})
    assert campaign["against_deadline"]["verdict"] == "met"
    corrected = {row: {"full_name": "Nguyễn Thị Hương"} for row in (5, 7, 30)}
    done = run("issue", write_shots(tmp_path / "corrected.parquet", N_ROWS, corrected), *options)
    assert done.exit_code == 0, done.stderr
    found = status(registry)
    assert (found["certificates"], found["superseded"]) == (N_ROWS + 2, 2)
    (other,) = (each for each in found["campaigns"] if each["plan"] != campaign["plan"])
    assert other["skipped"] == {"unchanged": N_ROWS - 3}
