"""A hundred damages to a registry, one after the other: an audit names what was damaged, and nothing else."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from damaged_files import Damage, cut, delete, flip_a_bit
from made_registry import MadeRegistry, make_registry

from signer.campaign.audit_run import AuditOrder, audit

DAMAGES: list[Damage] = [delete, cut, flip_a_bit]


@pytest.mark.long
def test_a_hundred_of_a_hundred_damages_are_named(tmp_path: Path) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    made = make_registry(tmp_path)
    whole = {path: path.read_bytes() for path in [*made.files(), *made.files("refused")]}
    for number in range(100):
        harm = chance.choice([*DAMAGES, None])
        hurt = chance.sample(sorted(whole), 2 if harm is None else 1)
        if harm is None:
            hurt[0].write_bytes(whole[hurt[1]])
            hurt[1].write_bytes(whole[hurt[0]])
        else:
            harm(hurt[0], chance)
        assert named_by_audit(made) == {("file", str(path)) for path in hurt}, f"{number}: {harm}"
        for path in hurt:
            path.write_bytes(whole[path])
    assert named_by_audit(made) == set()


def named_by_audit(made: MadeRegistry) -> set[tuple[str, str | None]]:
    summary = audit(AuditOrder(made.registry.path, None, 1), lambda _done, _of: None, time.monotonic)
    assert summary.is_well == (not summary.faults.listed)
    return {(fault.kind, fault.path) for fault in summary.faults.listed}
