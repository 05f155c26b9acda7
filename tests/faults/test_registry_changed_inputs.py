"""An input that is replaced, cut or written to while it is issued: found out, and nothing wrong comes in."""

from __future__ import annotations

import io
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


def other_rows() -> bytes:
    """A whole table of as many rows, with other names."""
    n_rows = ROWS["shots.parquet"]
    rows = shots_batch(n_rows, {row: {"full_name": "Trần Văn Bình"} for row in range(n_rows)})
    content = io.BytesIO()
    pq.write_table(pa.Table.from_batches([rows]), content, row_group_size=100)
    return content.getvalue()


def replace(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(other_rows())
    other.rename(path)


def write_to(path: Path) -> None:
    """In place, so that who has it open sees it, too."""
    path.write_bytes(other_rows())


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.long
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("change", [replace, write_to, cut], ids=lambda each: each.__name__)
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


@pytest.mark.long
def test_a_text_table_may_go_once_it_lies_in_parquet(harness: Harness, tmp_path: Path) -> None:
    registry = tmp_path / "registry"
    text, kept = harness.campaign.shots[1], tmp_path / "kept"
    shutil.copy2(text, kept)
    command = harness.start(registry, failpoint="plan-stored:stop")
    command.wait_until_stopped()
    try:
        cut(text)
        os.kill(command.pid, signal.SIGCONT)
        assert command.wait() == 0, command.errors
        harness.assert_complete(registry)
    finally:
        shutil.copyfile(kept, text)
    harness.resume(registry)
