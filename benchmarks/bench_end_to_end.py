"""Parquet to Parquet by the command itself, also with pictures: against OpenSSL, the twin, and one worker.

A process starts for every round; the time is that of the run's own summary, from the first look at the shots
to the last byte written, divided by the certificates issued: start-up is not in it, refused rows are work.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import run
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from duel import timed_us
from levels import Level
from workload import Workload

from signer.keys import create_csca, create_dsc, write_key_pair
from signer.synthetic import write_nation

SHOTS_PER_PERSON = 2  # about; the nation is cut to the rows asked for
N_TWIN = 2_000
ROWS_A_GROUP = 100_000  # a row group is one part: fewer than two leave the second worker without work
ROWS_OF_GOAL = 4_900_000  # the nation of --rows 5000000 is a little smaller
ROUNDS = 3
ROUNDS_OF_EQUALS = 7  # what is nearly the same shows in no fewer
BYTES_TO_FREE_PER_ROW = 2_000
MOST_BYTES_TO_FREE = 4 << 30  # of a machine that has other things to do
ISSUED_AT = datetime.now(UTC) - timedelta(days=340)  # so that it is due now: no night of the future is signed

LAUNCHER = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""
"""A small process between: a child is counted with what its parent held when it was started."""

needs_two_cores = pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="there is only one core")


@dataclass
class Issue:
    """Runs `signer issue` over one shots table, each time into a place that is removed before the next."""

    folder: Path
    n_rows: int

    def __post_init__(self) -> None:
        self.out, self.other = self.folder / "out", self.folder / "other"
        self.summary: dict[str, Any] = {}
        self.peak_mb = 0.0

    def run(self, disabled: str, n_workers: int, qr: str = "none", into: str = "--out") -> None:
        """Keeps the summary, and the memory of the largest process, in MB."""
        shutil.rmtree(self.out, ignore_errors=True)
        self._issue(disabled, n_workers, qr, into, self.out)

    def issue_again(self, disabled: str, n_workers: int) -> None:
        """Issues the same once more, into a registry of its own."""
        self._prepare(disabled, n_workers)
        self._issue(disabled, n_workers, "none", "--registry", self.other)

    def renew(self, disabled: str, n_workers: int) -> None:
        """Renews what was issued into a registry: the same certificates, once more."""
        self._prepare(disabled, n_workers)
        self._run(disabled, n_workers, "renew", self.out, "--expiring-within", "30d")
        self.summary["issued"] = self.summary["renewed"]

    def _prepare(self, disabled: str, n_workers: int) -> None:
        """Leaves either side of a comparison the same: one registry, just issued, and memory, just freed.

        More than a run takes: what is given out for the first time costs more, on virtual machines ten times
        as much.
        """
        shutil.rmtree(self.other, ignore_errors=True)
        self.run(disabled, n_workers, into="--registry")
        used = b"x" * min(self.n_rows * BYTES_TO_FREE_PER_ROW, MOST_BYTES_TO_FREE)
        (self.folder / "used").write_bytes(used[: len(used) // 2])  # what holds files is apart from it
        (self.folder / "used").unlink()
        del used

    def _issue(self, disabled: str, n_workers: int, qr: str, into: str, out: Path) -> None:
        shots = self.folder / "shots.parquet"
        how = (into, out, "--qr", qr, "--issued-at", ISSUED_AT.isoformat())
        self._run(disabled, n_workers, "issue", shots, *how)

    def _run(self, disabled: str, n_workers: int, *arguments: object) -> None:
        command = [sys.executable, "-m", "signer", *map(str, arguments)]
        command += ["--profile", str(self.folder / "issuer" / "profile.toml")]
        command += ["--workers", str(n_workers), "--json"]
        environment = {**os.environ, "SIGNER_DISABLE_CPU": disabled}
        launched = [sys.executable, "-c", LAUNCHER, *command]
        done = run(launched, check=False, capture_output=True, env=environment)
        assert done.returncode in {0, 1}, command  # 1: more refusals than the profile's limit
        self.summary, self.peak_mb = json.loads(done.stdout), int(done.stderr.split()[-1]) / 1000

    def us_per_certificate(self) -> float:
        """Of the last run."""
        return float(self.summary["seconds"]) * 1e6 / int(self.summary["issued"])


@pytest.fixture(scope="module")
def issue(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Issue:
    """Shots and an issuer in a folder of their own."""
    folder, n_rows = tmp_path_factory.mktemp("issue"), request.config.getoption("--rows")
    write_nation(folder / "nation", max(n_rows // SHOTS_PER_PERSON, 1_000), seed=1)
    shots = pq.read_table(folder / "nation" / "shots.parquet").slice(0, n_rows)
    pq.write_table(shots, folder / "shots.parquet", row_group_size=ROWS_A_GROUP)
    shutil.rmtree(folder / "nation")
    run([sys.executable, "-m", "signer", "init", str(folder / "issuer")], check=True)
    csca = create_csca("VN", now=ISSUED_AT)
    write_key_pair(csca, folder / "issuer" / "keys", "csca", None)
    write_key_pair(create_dsc(csca, now=ISSUED_AT), folder / "issuer" / "keys", "dsc", None)
    return Issue(folder, shots.num_rows)


def twin_us(workload: Workload, folder: Path) -> float:
    """The twin from Parquet to Parquet: one row after the other."""
    pq.write_table(pa.Table.from_batches([workload.shots.slice(0, N_TWIN)]), folder / "few.parquet")

    def work() -> None:
        rows = pq.read_table(folder / "few.parquet").to_pylist()
        pq.write_table(
            pa.table({"hc1": [workload.naive.text(row) for row in rows]}), folder / "texts.parquet"
        )

    return timed_us(work, N_TWIN)


@pytest.fixture
def duel_of_runs(duel: Callable[..., None], level: Level, issue: Issue) -> Callable[..., None]:
    """Times runs with so many workers, such pictures and into what; all else is named as in Duel."""

    def compare(n_workers: int, qr: str = "none", into: str = "--out", **others: Any) -> None:
        duel(
            ours=lambda: issue.run(level.disabled, n_workers, qr, into),
            ours_us=issue.us_per_certificate,
            n_records=issue.n_rows,
            rounds=ROUNDS,
            **others,
        )

    return compare


def test_parquet_to_parquet_against_openssl(
    duel_of_runs: Callable[..., None], openssl_us: Callable[[], float], level: Level, issue: Issue
) -> None:
    duel_of_runs(
        n_workers=1,
        stage="Parquet to Parquet, one worker",
        baseline="openssl speed",
        baseline_us=openssl_us,
        goal=4.5 if level.name == "ifma" else None,
        note=lambda: f"{issue.peak_mb:.0f} MB",
    )


def test_parquet_to_parquet_with_pictures_against_openssl(
    duel_of_runs: Callable[..., None], openssl_us: Callable[[], float], issue: Issue
) -> None:
    duel_of_runs(
        n_workers=1,
        qr="png",
        stage="Parquet to Parquet with PNG, one worker",
        baseline="openssl speed",
        baseline_us=openssl_us,
        note=lambda: f"{issue.peak_mb:.0f} MB",
    )


def test_parquet_to_parquet_against_the_twin(
    duel_of_runs: Callable[..., None], issue: Issue, workload: Workload
) -> None:
    duel_of_runs(
        n_workers=1,
        stage="Parquet to Parquet, one worker",
        baseline="Python twin",
        baseline_us=lambda: twin_us(workload, issue.folder),
    )


@needs_two_cores
def test_two_workers_against_one(duel_of_runs: Callable[..., None], level: Level, issue: Issue) -> None:
    if issue.n_rows < 2 * ROWS_A_GROUP:
        pytest.skip(f"{issue.n_rows} rows are one part, which two workers cannot share")

    def one_worker_us() -> float:
        issue.run(level.disabled, n_workers=1)
        return issue.us_per_certificate()

    duel_of_runs(
        n_workers=2,
        stage="Parquet to Parquet, two workers",
        baseline="one worker",
        baseline_us=one_worker_us,
        goal=1.8,
    )


@needs_two_cores
def test_into_a_registry_against_into_a_folder(
    duel_of_runs: Callable[..., None], level: Level, issue: Issue
) -> None:
    """What plan, digests, syncs and commits cost; a start takes its half second whatever the rows."""

    def into_a_folder_us() -> float:
        issue.run(level.disabled, n_workers=2)
        return issue.us_per_certificate()

    duel_of_runs(
        n_workers=2,
        into="--registry",
        stage="Parquet to registry, two workers",
        baseline="to a folder",
        baseline_us=into_a_folder_us,
        goal=1 / 1.08 if issue.n_rows >= ROWS_OF_GOAL else None,
        note=lambda: f"{issue.peak_mb:.0f} MB",
    )


@needs_two_cores
def test_renewing_against_issuing_the_same(duel: Callable[..., None], level: Level, issue: Issue) -> None:
    """The renewal finds its certificates, reads them and signs them; the others go into another registry."""

    def issuing_us() -> float:
        issue.issue_again(level.disabled, n_workers=2)
        return issue.us_per_certificate()

    duel(
        ours=lambda: issue.renew(level.disabled, n_workers=2),
        ours_us=issue.us_per_certificate,
        n_records=issue.n_rows,
        rounds=ROUNDS_OF_EQUALS,
        stage="renewal in a registry, two workers",
        baseline="issuing into it",
        baseline_us=issuing_us,
        goal=1.0,
        note=lambda: f"{issue.peak_mb:.0f} MB",
    )
