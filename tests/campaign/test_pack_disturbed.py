"""Pack runs that are disturbed in the middle: done again, or nothing looks finished and nothing is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from made_certificates import spread_over, write_certificates
from other_processes import children_of, cpu_ticks_of, files_open_in

pytestmark = pytest.mark.long

N_FACILITIES = 1500
PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """So many facilities that their shards take seconds."""
    changes = spread_over("facility", [f"F{number}" for number in range(N_FACILITIES)], 2 * N_FACILITIES)
    return write_certificates(tmp_path_factory.mktemp("in") / "part.parquet", 2 * N_FACILITIES, changes)


@pytest.fixture
def command(certificates: Path) -> Callable[[Path], list[str]]:
    def build(out: Path) -> list[str]:
        start = [sys.executable, "-m", "signer", "pack", str(certificates), "--out", str(out)]
        return [*start, "--format", "csv", "--by", "facility", "--workers", "2"]

    return build


@pytest.fixture
def process(tmp_path: Path, command: Callable[[Path], list[str]]) -> Iterator[subprocess.Popen[str]]:
    """A run whose workers have begun to write."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command(tmp_path / "out"), stdout=pipe, stderr=pipe, text=True, start_new_session=True
    ) as process:
        deadline = time.monotonic() + PATIENCE_S
        while len(shards_of(tmp_path / "out.incomplete")) < 100:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.005)
        yield process
        process.kill()


def shards_of(folder: Path) -> list[Path]:
    return list(folder.glob("Hà Nội/*/*/shard-*.csv"))


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "summary.json"
    }


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """The busy ones: the reserves sleep."""
    return [
        child
        for child in children_of(process.pid)
        if "bucket" in "".join(files_open_in(child)) or cpu_ticks_of(child) > 5
    ]


def test_a_killed_worker_has_its_work_done_again_to_the_same_bytes(
    tmp_path: Path, process: subprocess.Popen[str], command: Callable[[Path], list[str]]
) -> None:
    deadline = time.monotonic() + 30
    while not (workers := workers_of(process)):  # it may still be on its way to them
        assert process.poll() is None
        assert time.monotonic() < deadline
    os.kill(workers[0], signal.SIGKILL)
    _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, errors
    assert "was ended by SIGKILL while at work" in errors
    subprocess.run(command(tmp_path / "undisturbed"), check=True, capture_output=True)
    assert files_of(tmp_path / "out") == files_of(tmp_path / "undisturbed")
    assert len(shards_of(tmp_path / "out")) == N_FACILITIES


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_cleanly_with_nothing_left(
    tmp_path: Path, process: subprocess.Popen[str], number: signal.Signals
) -> None:
    os.killpg(process.pid, number)
    _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 4, errors
    assert "interrupted; nothing is kept" in errors
    assert "Traceback" not in errors
    assert not list(tmp_path.iterdir())


def test_a_killed_coordinator_leaves_nothing_that_looks_finished_and_the_next_run_succeeds(
    tmp_path: Path, process: subprocess.Popen[str], command: Callable[[Path], list[str]]
) -> None:
    process.kill()
    process.communicate()
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "out.incomplete" / "index.csv").exists()
    subprocess.run(command(tmp_path / "out"), check=True, capture_output=True, timeout=PATIENCE_S)
    assert len(shards_of(tmp_path / "out")) == N_FACILITIES
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
