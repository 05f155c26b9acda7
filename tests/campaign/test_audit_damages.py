"""A hundred damages to a registry, one after the other: an audit names what was damaged, and nothing else."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from made_registry import MadeRegistry, make_registry

from signer.campaign.audit_run import AuditOrder, audit

Harm = Callable[[list[Path], random.Random], None]


def delete(paths: list[Path], _chance: random.Random) -> None:
    paths[0].unlink()


def cut(paths: list[Path], chance: random.Random) -> None:
    os.truncate(paths[0], chance.randrange(paths[0].stat().st_size))


def flip_a_bit(paths: list[Path], chance: random.Random) -> None:
    content = bytearray(paths[0].read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    paths[0].write_bytes(content)


def swap(paths: list[Path], _chance: random.Random) -> None:
    contents = [path.read_bytes() for path in paths]
    for path, content in zip(paths, reversed(contents), strict=True):
        path.write_bytes(content)


@pytest.mark.long
def test_a_hundred_of_a_hundred_damages_are_named(tmp_path: Path) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    made = make_registry(tmp_path)
    whole = {path: path.read_bytes() for path in [*made.files(), *made.files("refused")]}
    for number in range(100):
        harm: Harm = chance.choice([delete, cut, flip_a_bit, swap])
        hurt = chance.sample(sorted(whole), 2 if harm is swap else 1)
        harm(hurt, chance)
        assert named_by_audit(made) == {("file", str(path)) for path in hurt}, f"{number}: {harm}"
        for path in hurt:
            path.write_bytes(whole[path])
    assert named_by_audit(made) == set()


def named_by_audit(made: MadeRegistry) -> set[tuple[str, str | None]]:
    summary = audit(AuditOrder(made.registry.path, None, 1), lambda _done, _of: None, time.monotonic)
    assert summary.is_well == (not summary.faults.listed)
    return {(fault.kind, fault.path) for fault in summary.faults.listed}
