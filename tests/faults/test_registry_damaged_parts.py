"""A committed part that is cut, altered, deleted or swapped: the next start names it and issues nothing."""

from __future__ import annotations

import os
import random
import shutil
import signal
from pathlib import Path

import pytest
from damaged_files import Damage, cut, delete, flip_a_bit
from registry_runs import N_PARTS, TABLES, Harness

from signer.registry import open_registry

N_TRIALS = int(os.environ.get("SIGNER_TEST_DAMAGES", "25"))
"""Of each kind of damage."""

SEED = 31


def swap(path: Path, chance: random.Random) -> None:
    """With another part of the same table; those without rows may be the same."""
    content = path.read_bytes()
    others = [each for each in sorted(path.parent.glob("*.parquet")) if each.read_bytes() != content]
    other = chance.choice(others)
    aside = path.with_name("aside")
    path.rename(aside)
    other.rename(path)
    aside.rename(other)


@pytest.fixture(scope="module")
def half_done(harness: Harness, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with the first parts in, whose coordinator was killed."""
    registry = tmp_path_factory.mktemp("half") / "registry"
    command = harness.start(registry, failpoint="commit-begun:kill-coordinator@5")
    assert command.wait() == -signal.SIGKILL, command.errors
    assert 0 < len(files_of(registry)) < len(TABLES) * N_PARTS
    return registry


def files_of(registry: Path) -> list[Path]:
    """The files that commits name."""
    opened = open_registry(registry)
    return [file.path for table in TABLES for file in opened.files(table)]


QUICK = {(flip_a_bit, 0)}
CASES = [
    pytest.param(damage, trial, marks=[] if (damage, trial) in QUICK else pytest.mark.long)
    for damage in (cut, flip_a_bit, delete, swap)
    for trial in range(N_TRIALS)
]


@pytest.mark.parametrize(("damage", "trial"), CASES)
def test_a_damaged_part_is_named(
    harness: Harness,
    half_done: Path,
    tmp_path: Path,
    damage: Damage,
    trial: int,
) -> None:
    """In turn of a plan that is finished, and of one that is to be resumed."""
    chance = random.Random(SEED + trial)
    registry = tmp_path / "registry"
    shutil.copytree((half_done, harness.undisturbed)[trial % 2], registry)
    damaged = chance.choice(files_of(registry))
    damage(damaged, chance)
    command = harness.start(registry)
    assert command.wait() == 3, command.errors
    assert damaged.name in command.errors
    assert "Traceback" not in command.errors
