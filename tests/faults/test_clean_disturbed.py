"""`signer clean` killed, stopped, out of disk: nothing looks finished, and the same command starts over."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.clean_runs import TODAY, files_of
from disturbed_run import PATIENCE_S
from made_shots import differing_files
from other_processes import wait_until_stopped

from signer.failpoints import OF_CLEANING, VARIABLE
from signer.synthetic import write_nation

pytestmark = pytest.mark.long

PROCESS = Path(__file__).parent / "clean_process.py"
N_PEOPLE = 3000


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nation")
    write_nation(folder, N_PEOPLE, 7)
    return folder


def command(nation: Path, out: Path) -> list[str]:
    given = [str(PROCESS), str(nation / "shots.parquet"), "--population", str(nation / "population.parquet")]
    return [sys.executable, *given, "--out", str(out), "--allow-unattested", "--today", TODAY]


def run(
    nation: Path, out: Path, failpoint: str = "", limit: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, VARIABLE: failpoint}
    return subprocess.run(
        command(nation, out),
        env=environment,
        preexec_fn=limit,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, nation: Path) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    done = run(nation, out)
    assert done.returncode == 0, done.stderr
    return files_of(out)


@pytest.mark.parametrize("name", OF_CLEANING)
def test_what_a_kill_leaves_does_not_look_finished_and_the_same_command_starts_over(
    nation: Path, undisturbed: dict[str, bytes], tmp_path: Path, name: str
) -> None:
    killed = run(nation, tmp_path / "out", name)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert f"failpoint {name}: kill" in killed.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["out.incomplete"]
    again = run(nation, tmp_path / "out")
    assert again.returncode == 0, again.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert differing_files(undisturbed, files_of(tmp_path / "out")) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("name", OF_CLEANING)
def test_a_signal_ends_with_4_and_nothing_is_left(
    nation: Path, tmp_path: Path, name: str, number: signal.Signals
) -> None:
    with subprocess.Popen(
        command(nation, tmp_path / "out"),
        env={**os.environ, VARIABLE: f"{name}:stop"},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        wait_until_stopped(process.pid)
        process.send_signal(number)
        process.send_signal(signal.SIGCONT)
        _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 4, errors
    assert "interrupted; nothing is kept" in errors
    assert "Traceback" not in errors
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("most_bytes", [1_000, 20_000, 100_000])
def test_a_disk_that_is_too_small_ends_with_4_names_the_file_and_leaves_nothing(
    nation: Path, tmp_path: Path, most_bytes: int
) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    done = run(nation, tmp_path / "out", limit=limit)
    assert done.returncode == 4, done.stderr
    assert f"signer: {tmp_path / 'out.incomplete'}" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_second_run_into_the_same_folder_is_refused_and_the_first_goes_on(
    nation: Path, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    with subprocess.Popen(
        command(nation, tmp_path / "out"),
        env={**os.environ, VARIABLE: "clean-judged:stop"},
        stderr=subprocess.DEVNULL,
    ) as process:
        wait_until_stopped(process.pid)
        second = run(nation, tmp_path / "out")
        process.send_signal(signal.SIGCONT)
        assert process.wait(PATIENCE_S) == 0
    assert second.returncode == 3
    assert "another run is writing there" in second.stderr
    assert differing_files(undisturbed, files_of(tmp_path / "out")) == []
