"""A run in processes of its own, with an input that takes long enough to be disturbed in the middle."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from made_shots import ISSUED_AT_TEXT, make_profile, parts_of, write_shots

N_ROWS = 300_000
N_WORKERS = 2
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Run:
    """A run that has begun to write certificates."""

    process: subprocess.Popen[str]
    out: Path

    @property
    def incomplete(self) -> Path:
        return self.out.with_name(f"{self.out.name}.incomplete")

    def busy_workers(self) -> list[int]:
        """Ids of the processes that have a file of certificates open for writing."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [
            int(child) for child in children if has_open(int(child), str(self.incomplete / "certificates"))
        ]

    def wait_until_busy(self) -> list[int]:
        deadline = time.monotonic() + PATIENCE_S
        while not (busy := self.busy_workers()):
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < deadline, "no worker has begun to write"
            time.sleep(0.005)
        return busy

    def end(self) -> tuple[int, str]:
        """Waits for the end; gives exit code and stderr."""
        _, errors = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, errors


def has_open(pid: int, prefix: str) -> bool:
    try:
        return any(str(link.readlink()).startswith(prefix) for link in Path(f"/proc/{pid}/fd").iterdir())
    except (FileNotFoundError, PermissionError):
        return False


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that is dead but not reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


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
