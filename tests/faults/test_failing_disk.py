"""Full disks, files that may not grow, damaged inputs: an exit code, and nothing that looks finished."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from made_shots import ISSUED_AT_TEXT, write_shots
from small_disk import give_room

from signer.records.schemas import SHOTS

pytestmark = pytest.mark.long


def test_a_full_disk_stops_the_run_and_names_the_file(
    disk: Path, command: Callable[[Path], list[str]]
) -> None:
    give_room(disk, 4 << 20)
    done = subprocess.run(command(disk / "out"), check=False, capture_output=True, text=True)
    assert done.returncode == 4, done.stderr
    assert f"{disk}/out.incomplete/certificates/part-0000" in done.stderr
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(disk.iterdir())


def test_a_file_that_may_not_grow_stops_the_run_and_is_named(
    tmp_path: Path, command: Callable[[Path], list[str]]
) -> None:
    """Like a full disk or quota, but without the rights to mount one."""

    def limit_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

    done = subprocess.run(
        command(tmp_path / "out"), check=False, capture_output=True, text=True, preexec_fn=limit_files
    )
    assert done.returncode == 4, done.stderr
    assert "certificates/part-0000" in done.stderr
    assert "File too large" in done.stderr
    assert not list(tmp_path.glob("out*"))


def damage(path: Path, column: str, row_group: int) -> None:
    """Overwrites the page headers of a column in a row group."""
    chunk = pq.read_metadata(path).row_group(row_group).column(SHOTS.get_field_index(column))
    start = chunk.dictionary_page_offset or chunk.data_page_offset
    with path.open("r+b") as file:
        file.seek(start)
        file.write(b"\xff" * 64)


@pytest.mark.parametrize(("column", "code"), [("full_name", 4), ("shot_id", 3)])
def test_a_damaged_input_is_named_with_nothing_left(
    tmp_path: Path, profile: Path, column: str, code: int
) -> None:
    """All shot_ids are read before the start; damage elsewhere shows only when its part is done."""
    shots = write_shots(tmp_path / "shots.parquet", 250_000, rows_per_group=50_000)
    damage(shots, column, row_group=4)
    options = ["--profile", str(profile), "--out", str(tmp_path / "out"), "--issued-at", ISSUED_AT_TEXT]
    done = subprocess.run(
        [sys.executable, "-m", "signer", "issue", str(shots), *options],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == code, done.stderr
    assert "shots.parquet: damaged, " in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("out*"))
