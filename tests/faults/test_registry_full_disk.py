"""A disk that becomes full: exit 4 with path and bytes needed; with more room the same command completes."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from registry_runs import Harness
from small_disk import give_room

SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Of what an undisturbed registry takes."""


@pytest.mark.long
@pytest.mark.parametrize("share", SHARES)
def test_a_full_disk_stops_the_run_until_there_is_room(harness: Harness, disk: Path, share: float) -> None:
    registry = disk / "registry"
    page = os.sysconf("SC_PAGESIZE")
    taken = sum(path.stat().st_blocks * 512 for path in harness.undisturbed.rglob("*"))
    give_room(disk, int(share * taken) // page * page)
    command = harness.start(registry)
    code = command.wait()
    assert code == (4 if registry.exists() else 3), command.errors
    assert "Traceback" not in command.errors
    said = command.errors.splitlines()[-1]
    assert f"{disk}/" in said
    assert "No space left on device" in said
    assert re.search(r"[1-9][0-9,]* bytes", said), said
    give_room(disk, 16 * taken)
    harness.assert_no_half_state(registry)
    harness.resume(registry)
