"""Inputs that take long enough to disturb a run in the middle, and the run itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from disturbed_run import Run
from forked_commands import ForkedCommands, preloaded_process
from made_shots import ISSUED_AT_TEXT, make_profile, parts_of, write_shots
from registry_runs import Campaign, Harness, make_campaign, make_harness
from small_disk import mounted_disk

N_ROWS = 300_000
N_WORKERS = 2


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_profile(tmp_path_factory.mktemp("issuer"))


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shots") / "shots.parquet"
    return write_shots(path, N_ROWS, {150_001: {"vaccine": None}}, rows_per_group=100_000)


@pytest.fixture
def command(shots: Path, profile: Path) -> Callable[[Path], list[str]]:
    """The command line that issues the shots into a folder."""

    def build(out: Path) -> list[str]:
        start = [sys.executable, "-m", "signer", "issue", str(shots), "--profile", str(profile)]
        return [*start, *f"--workers {N_WORKERS} --issued-at {ISSUED_AT_TEXT} --out".split(), str(out)]

    return build


@pytest.fixture
def run(tmp_path: Path, command: Callable[[Path], list[str]]) -> Iterator[Run]:
    """A run of its own process group, waited for until its workers write."""
    process = subprocess.Popen(
        command(tmp_path / "out"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    run = Run(process, tmp_path / "out")
    run.wait_until_busy()
    yield run
    process.kill()
    process.communicate()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """An empty file system of its own, for `give_room`."""
    folder = tmp_path / "disk"
    folder.mkdir()
    with mounted_disk(folder) as mounted:
        yield mounted


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, shots: Path, profile: Path) -> dict[str, bytes]:
    """The files of a run that nothing happened to."""
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    options = f"--workers {N_WORKERS} --issued-at {ISSUED_AT_TEXT}".split()
    subprocess.run(
        [sys.executable, "-m", "signer", "issue", shots, "--profile", profile, "--out", out, *options],
        check=True,
        capture_output=True,
    )
    return parts_of(out)


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkedCommands]:
    """Commands that start without the time of their imports."""
    with preloaded_process(tmp_path_factory.mktemp("preloaded")) as started:
        yield started


@pytest.fixture(scope="session")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    return make_campaign(tmp_path_factory.mktemp("campaign") / "inputs")


@pytest.fixture(scope="session")
def harness(
    commands: ForkedCommands, campaign: Campaign, tmp_path_factory: pytest.TempPathFactory
) -> Harness:
    return make_harness(commands, campaign, tmp_path_factory.mktemp("undisturbed") / "registry")
