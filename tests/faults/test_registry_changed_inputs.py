"""An input that is replaced, cut or written to while it is issued: found out, and nothing wrong comes in."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_shots import shots_batch
from registry_runs import ROWS, Harness

PLACES = ("plan-begun", "plan-stored", "commit-begun")
QUICK = {("replace", "commit-begun")}


def replace(path: Path) -> None:
    """By another table of as many rows."""
    other = path.with_name("other")
    rows = shots_batch(ROWS["shots.parquet"], {row: {"full_name": "Trần Văn B"} for row in range(1200)})
    pq.write_table(pa.Table.from_batches([rows]), other, row_group_size=100)
    other.rename(path)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def write_to(path: Path) -> None:
    """In place, and nothing but the bytes shows it."""
    before = path.stat()
    with path.open("r+b") as file:
        file.seek(before.st_size // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        pytest.param(
            change,
            place,
            marks=[] if (change.__name__, place) in QUICK else pytest.mark.long,
            id=f"{change.__name__}-{place}",
        )
        for change in (replace, cut, write_to)
        for place in PLACES
    ],
)
def test_a_changed_input_is_named_and_put_back_it_is_issued(
    harness: Harness,
    tmp_path: Path,
    change: Callable[[Path], None],
    place: str,
) -> None:
    registry = tmp_path / "registry"
    shots, kept = harness.campaign.shots[0], tmp_path / "kept"
    shutil.copy2(shots, kept)
    command = harness.start(registry, failpoint=f"{place}:stop")
    command.wait_until_stopped()
    try:
        change(shots)
        os.kill(command.pid, signal.SIGCONT)
        assert command.wait() in (3, 4), command.errors
        assert "Traceback" not in command.errors
        assert str(shots) in command.errors
        harness.assert_no_half_state(registry)
        again = harness.start(registry)
        assert again.wait() == 3, again.errors
        assert str(shots) in again.errors
        harness.assert_no_half_state(registry)
    finally:
        shutil.copyfile(kept, shots)
    harness.resume(registry)
