"""Plan files: private, whole or not at all, never replaced, and never trusted unread."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from made_plans import PLAN

from signer.campaign.plan import PlannedPart
from signer.campaign.plan_store import find_plan, keep_plan, load_plans, plan_path
from signer.errors import DiskFull, RegistryUnreadable

OTHER = replace(PLAN, issued_at=PLAN.issued_at + 1)  # of the same id
ANOTHER = replace(PLAN, attempt=1)


def test_a_plan_that_was_stored_is_found(tmp_path: Path) -> None:
    assert find_plan(tmp_path, PLAN.plan_id) is None
    assert keep_plan(tmp_path, PLAN) is PLAN
    assert find_plan(tmp_path, PLAN.plan_id) == PLAN
    path = plan_path(tmp_path, PLAN.plan_id)
    assert list(tmp_path.iterdir()) == [path]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_plan_is_private_under_any_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        keep_plan(tmp_path, PLAN)
    finally:
        os.umask(before)
    assert stat.S_IMODE(plan_path(tmp_path, PLAN.plan_id).stat().st_mode) == 0o600


def test_a_stored_plan_is_never_replaced(tmp_path: Path) -> None:
    keep_plan(tmp_path, PLAN)
    assert keep_plan(tmp_path, OTHER) == PLAN
    assert find_plan(tmp_path, PLAN.plan_id) == PLAN


def test_all_plans_are_found_and_nothing_else(tmp_path: Path) -> None:
    keep_plan(tmp_path, PLAN)
    keep_plan(tmp_path, ANOTHER)
    (tmp_path / f".{PLAN.plan_id}.json.tmp").write_text("half")
    (tmp_path / "README").write_text("")
    assert sorted(plan.attempt for plan in load_plans(tmp_path)) == [0, 1]


def test_the_remains_of_a_killed_run_are_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / f".{PLAN.plan_id}.json.tmp").write_text("half" * 10_000)
    keep_plan(tmp_path, PLAN)
    assert find_plan(tmp_path, PLAN.plan_id) == PLAN


@pytest.mark.parametrize("damage", ["cut", "empty", "bit", "not ascii", "appended"])
def test_a_damaged_plan_is_named(tmp_path: Path, damage: str) -> None:
    keep_plan(tmp_path, PLAN)
    path = plan_path(tmp_path, PLAN.plan_id)
    content = path.read_bytes()
    flipped = bytes([content[200] ^ 4])
    path.write_bytes(
        {
            "cut": content[:-100],
            "empty": b"",
            "bit": content[:200] + flipped + content[201:],
            "not ascii": content[:200] + b"\xff" + content[201:],
            "appended": content + b" ",
        }[damage]
    )
    for look in (
        lambda: find_plan(tmp_path, PLAN.plan_id),
        lambda: load_plans(tmp_path),
        lambda: keep_plan(tmp_path, PLAN),
    ):
        with pytest.raises(RegistryUnreadable, match=f"{path}: .*damaged"):
            look()


def test_a_plan_under_the_name_of_another_is_named(tmp_path: Path) -> None:
    keep_plan(tmp_path, PLAN)
    plan_path(tmp_path, PLAN.plan_id).rename(plan_path(tmp_path, ANOTHER.plan_id))
    with pytest.raises(RegistryUnreadable, match=f"{ANOTHER.plan_id}.json: holds plan {PLAN.plan_id}"):
        find_plan(tmp_path, ANOTHER.plan_id)


def test_a_full_disk_leaves_no_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull, match=r"\.json: cannot be written: No space left on device"):
        keep_plan(tmp_path, PLAN)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "parts",
    [
        (),
        PLAN.parts[1:],
        PLAN.parts[:-1],
        (PLAN.parts[0], PLAN.parts[0], *PLAN.parts[1:]),
        (PLAN.parts[1], PLAN.parts[0], PLAN.parts[2]),
        (replace(PLAN.parts[0], n_rows=99), *PLAN.parts[1:]),
        (*PLAN.parts[:2], replace(PLAN.parts[2], input=0)),
        (*PLAN.parts[:2], replace(PLAN.parts[2], input=9)),
    ],
)
def test_a_plan_whose_parts_do_not_hold_each_row_once_is_damaged(
    tmp_path: Path, parts: tuple[PlannedPart, ...]
) -> None:
    keep_plan(tmp_path, replace(PLAN, parts=parts))
    with pytest.raises(RegistryUnreadable, match="is damaged"):
        find_plan(tmp_path, PLAN.plan_id)


RACER = """
import sys
from dataclasses import replace
from pathlib import Path
from made_plans import PLAN
from signer.campaign.plan import PlannedPart
from signer.campaign.plan_store import keep_plan

sys.stdin.readline()
mine = replace(PLAN, issued_at=PLAN.issued_at + int(sys.argv[2]))
print(keep_plan(Path(sys.argv[1]), mine).issued_at, flush=True)
"""


def test_of_many_that_store_one_plan_at_once_all_go_by_the_first(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, tmp_path, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        for number in range(1, 4)
    ]
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write(b"\n")
        racer.stdin.flush()
    kept = {racer.communicate(timeout=60)[0] for racer in racers}
    stored = find_plan(tmp_path, PLAN.plan_id)
    assert stored is not None
    assert kept == {b"%d\n" % stored.issued_at}
