"""How `signer issue` ends: 3 for what can be known before the start, 4 for a disk that is full."""

from __future__ import annotations

import csv
import io
import resource
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from cli.command_runs import Finished, signer
from made_shots import ISSUED_AT_TEXT, make_profile, shots_batch, write_shots

LONG_AGO = datetime(2010, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_profile(tmp_path_factory.mktemp("issuer"))


def order(shots: Path, profile: Path) -> list[str]:
    """Issues into the folder `out` beside the shots."""
    paths = [str(shots), "--profile", str(profile), "--out", str(shots.parent / "out")]
    return ["issue", *paths, "--issued-at", ISSUED_AT_TEXT, "--workers", "1"]


def issue(shots: Path, profile: Path) -> Finished:
    return signer(*order(shots, profile))


def issue_process(
    shots: Path, profile: Path, limit: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "signer", *order(shots, profile)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, preexec_fn=limit)


def check_ended(done: Finished | subprocess.CompletedProcess[str], code: int, message: str) -> None:
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith("signer: ")
    assert message in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr


def csv_text(n_rows: int, name: str) -> str:
    text = io.StringIO()
    batch = shots_batch(n_rows, {row: {"full_name": name} for row in range(n_rows)})
    writer = csv.writer(text)
    writer.writerow(batch.schema.names)
    writer.writerows(zip(*(column.to_pylist() for column in batch.columns), strict=True))
    return text.getvalue()


def lacking_a_column(folder: Path) -> Path:
    shots = write_shots(folder / "shots.parquet", 10)
    pq.write_table(pq.read_table(shots).drop_columns(["lot"]), shots)
    return shots


def cut_short(folder: Path) -> Path:
    shots = write_shots(folder / "shots.parquet", 1000)
    shots.write_bytes(shots.read_bytes()[:-100])
    return shots


def in_latin_1(folder: Path) -> Path:
    text = csv_text(10, "Hélène").replace("Hà Nội", "Huê").replace("Ba Đình", "Huê")
    (folder / "shots.csv").write_bytes(text.encode("latin-1"))
    return folder / "shots.csv"


def in_utf_16(folder: Path) -> Path:
    (folder / "shots.csv").write_bytes(csv_text(10, "Hường").encode("utf-16"))
    return folder / "shots.csv"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lacking_a_column, "shots.parquet: column lot is missing"),
        (cut_short, "shots.parquet: cut short"),
        (in_latin_1, "shots.csv: row 0, column full_name is not in UTF-8"),
        (in_utf_16, "shots.csv: the header is in UTF-16"),
    ],
)
def test_a_table_that_cannot_be_read_ends_with_3_and_nothing_is_written(
    tmp_path: Path, profile: Path, make: Callable[[Path], Path], message: str
) -> None:
    check_ended(issue(make(tmp_path), profile), 3, message)
    assert not list(tmp_path.glob("out*"))


def test_a_foreign_dsc_ends_with_3_and_nothing_is_written(tmp_path: Path) -> None:
    profile = make_profile(tmp_path / "issuer", country="LA")
    profile.write_text(profile.read_text().replace('country = "LA"', 'country = "VN"'))
    check_ended(issue(write_shots(tmp_path / "shots.parquet", 10), profile), 3, "LA")
    assert not list(tmp_path.glob("out*"))


def test_an_expired_dsc_ends_with_3_and_nothing_is_written(tmp_path: Path) -> None:
    profile = make_profile(tmp_path / "issuer", made_at=LONG_AGO)
    check_ended(issue_process(write_shots(tmp_path / "shots.parquet", 10), profile), 3, "expired")
    assert not list(tmp_path.glob("out*"))


@pytest.mark.parametrize("name", ["out", "out.incomplete"])
def test_a_folder_that_is_there_ends_with_3_and_is_left_alone(
    tmp_path: Path, profile: Path, name: str
) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "mine").write_text("years of work")
    check_ended(issue(write_shots(tmp_path / "shots.parquet", 10), profile), 3, str(tmp_path / name))
    assert [path.name for path in tmp_path.glob("out*")] == [name]
    assert [path.read_text() for path in (tmp_path / name).iterdir()] == ["years of work"]


def test_a_disk_too_small_for_a_csv_as_parquet_ends_with_4_and_nothing_is_left(
    tmp_path: Path, profile: Path
) -> None:
    def limit_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    (tmp_path / "shots.csv").write_text(csv_text(5000, "Hường"), encoding="utf-8")
    check_ended(issue_process(tmp_path / "shots.csv", profile, limit=limit_files), 4, "cannot hold")
    assert not list(tmp_path.glob("out*"))
