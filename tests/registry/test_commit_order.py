"""The order in which a coordinator's bytes and names reach the disk, as the kernel is asked for it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from made_parts import PLAN

PROGRAM = """
import sys
from pathlib import Path
from made_parts import PLAN, write_part
from signer.registry import open_or_create
registry = open_or_create(Path(sys.argv[1]))
with registry.lease() as lease:
    registry.commit(lease, [write_part(registry, 0)])
"""
CALLS = "fsync,link,linkat,rename,renameat,renameat2"


@pytest.fixture
def calls(tmp_path: Path) -> list[str]:
    """What was synced and named from taking the lease on, as 'sync name' and 'name name'."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    trace = tmp_path / "trace"
    start = [
        "strace",
        "-f",
        "--seccomp-bpf",
        "-y",
        "-e",
        f"trace={CALLS}",
        "-o",
        str(trace),
        sys.executable,
        "-c",
        PROGRAM,
    ]
    where = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [*start, str(tmp_path / "r")], check=False, capture_output=True, text=True, env=where
    )
    if "ptrace" in done.stderr:
        pytest.skip(f"strace may not look at processes here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    noted = [step for line in trace.read_text().splitlines() if (step := step_of(line))]
    return noted[noted.index("sync r/lease") :]


def step_of(line: str) -> str | None:
    if synced := re.search(r"fsync\(\d+<([^>]*)>", line):
        return f"sync {last_two(synced[1])}"
    names: list[str] = re.findall(r'"([^"]*)"', line)
    return f"name {last_two(names[-1])}" if names and line.endswith(" = 0") else None


def last_two(path: str) -> str:
    """Folder and file, with X for a digest or a chance name, and without the zeros of a version."""
    name = re.sub(r"[-.][0-9a-f]{16}\.", "-X.", "/".join(path.split("/")[-2:]))
    name = "r" if name.endswith("/r") else name
    return re.sub(r"0{19}(\d)\.json", r"\1.json", name)


def test_every_byte_is_synced_before_the_next_step_relies_on_it(calls: list[str]) -> None:
    """The library names a commit before it is synced; all that follows comes after."""
    part = f"{PLAN[:16]}-00000-X"
    assert calls == [
        "sync r/lease",  # the lease, and what stands in the logs already
        "sync r",
        "sync _delta_log/0.json",
        "sync refused/_delta_log",
        "sync _delta_log/0.json",
        "sync certificates/_delta_log",
        "sync _delta_log/0.json",
        "sync revocations/_delta_log",
        f"sync refused/.{part}.tmp",  # the part: its bytes, then its name
        f"name refused/{part}.parquet",
        "sync r/refused",
        f"sync certificates/.{part}.tmp",
        f"name certificates/{part}.parquet",
        "sync r/certificates",
        "sync _delta_log/0.json",  # refused: nothing builds on a commit that is not durable
        "sync refused/_delta_log",
        "name _delta_log/1.json",
        "sync _delta_log/1.json",
        "sync refused/_delta_log",
        "sync _delta_log/0.json",  # certificates, which decide
        "sync certificates/_delta_log",
        "name _delta_log/1.json",
        "sync _delta_log/1.json",
        "sync certificates/_delta_log",
    ]
