"""Files that no commit names: unseen by readers, listed, and removed only while nobody issues."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_parts import PLAN, once, rows_in, write_part

from signer.errors import OutputExists
from signer.registry import Registry


@pytest.fixture
def orphaned(registry: Registry) -> list[Path]:
    """A registry with part 0 committed, part 1 not, and what killed processes leave; gives the orphans."""
    with registry.lease() as lease:
        registry.commit(lease, [write_part(registry, 0)])
    part = write_part(registry, 1)
    tables = registry.path / "certificates", registry.path / "refused"
    left = [
        tables[0] / ".0123456789abcdef-00002.tmp",
        tables[0] / "_delta_log" / "00000000000000000002.json#1",
        tables[0] / "_delta_log" / "00000000000000000002.checkpoint.parquet#1",
        tables[1] / "_delta_log" / "_last_checkpoint#2",
        tables[1] / "_delta_log" / ".00000000000000000002.json.torn",
        registry.path / "plans" / f".{PLAN}.json.tmp",
        registry.path / ".lease.tmp",
    ]
    for path in left:
        path.write_bytes(b'{"half')
    named = [tables[0] / part.certificates.name, tables[1] / part.refused.name]
    return sorted(left + named)


def test_readers_do_not_see_them(registry: Registry, orphaned: list[Path]) -> None:
    assert rows_in(registry) == once([0])


def test_the_next_commit_is_not_hindered_by_them(registry: Registry, orphaned: list[Path]) -> None:
    with registry.lease() as lease:
        registry.commit(lease, [write_part(registry, 1)])
    assert rows_in(registry) == once([0, 1])


def test_they_are_listed_and_removed_and_nothing_else_is(registry: Registry, orphaned: list[Path]) -> None:
    foreign = registry.path / "certificates" / "read me.txt"
    foreign.touch()
    before = set(registry.path.rglob("*"))
    assert registry.orphans() == orphaned
    assert registry.clean() == orphaned
    assert before - set(registry.path.rglob("*")) == set(orphaned)
    assert registry.orphans() == registry.clean() == []
    assert rows_in(registry) == once([0])


def test_they_stay_while_a_plan_is_being_issued(registry: Registry, orphaned: list[Path]) -> None:
    with registry.lease(), pytest.raises(OutputExists, match="a plan is being issued"):
        registry.clean()
    assert registry.orphans() == orphaned
