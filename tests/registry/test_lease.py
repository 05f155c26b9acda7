"""One coordinator at a time holds the lease of a registry, and knows whether it still does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from made_parts import PLAN, once, rows_in, write_part

from signer.errors import OutputExists, StoppedHalfWay
from signer.registry import Registry


def test_the_epoch_grows_with_each_holder(registry: Registry) -> None:
    for epoch in (1, 2, 3):
        with registry.lease() as lease:
            assert lease.epoch == epoch
            lease.check()


def test_a_second_coordinator_is_told_who_holds_it(registry: Registry) -> None:
    with registry.lease():
        second = registry.lease()
        with pytest.raises(
            OutputExists, match=r"lease: process \d+ is issuing into this registry"
        ) as refusal:
            second.__enter__()
        assert refusal.value.exit_code == 3
    with registry.lease() as lease:
        assert lease.epoch == 2  # the one that was refused does not count


def test_one_that_was_taken_over_commits_no_more(registry: Registry) -> None:
    part = write_part(registry, 0)
    with registry.lease() as lost, registry.lease(take_over=True) as lease:
        assert lease.epoch == 2
        with pytest.raises(StoppedHalfWay, match="another coordinator has taken over"):
            registry.commit(lost, [part])
        assert rows_in(registry) == once([])
        registry.commit(lease, [part])
    assert rows_in(registry) == once([0])
    with registry.lease() as third:
        assert third.epoch == 3


def test_one_whose_file_was_removed_commits_no_more(registry: Registry) -> None:
    with registry.lease() as lease:
        lease.path.unlink()
        with pytest.raises(StoppedHalfWay, match="lease: another"):
            registry.commit(lease, [write_part(registry, 0)])


def test_the_lease_tells_which_plan_is_being_issued(registry: Registry) -> None:
    with registry.lease() as lease:
        lease.tell(PLAN)
        assert lease.path.read_text().split() == [f"{1:020d}", f"{os.getpid():020d}", PLAN]
        lease.check()


@pytest.mark.parametrize("left", [b"", b"00000000000000000004 00000000000000000099\n"])
def test_a_lease_that_a_dead_process_left_is_free(registry: Registry, left: bytes) -> None:
    path: Path = registry.path / "lease"
    path.write_bytes(left)
    with registry.lease() as lease:
        assert lease.epoch == (5 if left else 1)
    path.write_bytes(left)
    with registry.lease(take_over=True) as lease:
        assert lease.epoch == (5 if left else 1)
