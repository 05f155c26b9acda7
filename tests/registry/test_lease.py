"""One coordinator at a time holds the lease of a registry, and knows whether it still does."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from made_parts import PLAN, once, rows_in, write_part

from signer.errors import OutputExists, OutputUnwritable, RegistryUnreadable, StoppedHalfWay
from signer.registry import Registry
from signer.registry.lease_holder import find_holder


def test_the_epoch_grows_with_each_holder(registry: Registry) -> None:
    for epoch in (1, 2, 3):
        with registry.lease() as lease:
            assert lease.epoch == epoch
            lease.check()


def test_a_second_coordinator_is_told_who_holds_it(registry: Registry) -> None:
    with registry.lease():
        second = registry.lease()
        with pytest.raises(OutputExists, match=r"lease: process \d+ is writing to this registry") as refusal:
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


def test_one_that_was_taken_over_says_so_whatever_fails_first(registry: Registry) -> None:
    """Such as a folder that is gone, as the new holder has removed it; that was told instead."""

    def fail(taken_over: bool) -> None:
        with registry.lease():
            if taken_over:
                registry.lease(take_over=True).__enter__()
            raise FileNotFoundError("staging-1-x")

    with pytest.raises(StoppedHalfWay, match="another coordinator has taken over"):
        fail(taken_over=True)
    with pytest.raises(FileNotFoundError):
        fail(taken_over=False)


def test_one_whose_file_was_removed_commits_no_more(registry: Registry) -> None:
    with registry.lease() as lease:
        lease.path.unlink()
        with pytest.raises(StoppedHalfWay, match="lease: another"):
            registry.commit(lease, [write_part(registry, 0)])


def test_the_lease_tells_which_plan_is_being_issued(registry: Registry) -> None:
    with registry.lease() as lease:
        lease.note_plan(PLAN)
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


@pytest.mark.parametrize("take_over", [False, True])
@pytest.mark.parametrize("left", [b"abc def\n", b"\xff\xfe", b"1.5 2\n", bytes(75), b"3", b"\n"])
def test_a_lease_that_nobody_of_us_wrote_is_named_with_what_to_do(
    registry: Registry, left: bytes, take_over: bool
) -> None:
    (registry.path / "lease").write_bytes(left)
    refused(registry, take_over, "lease: does not tell who holds it; end all runs .*, then remove it")


@pytest.mark.parametrize("take_over", [False, True])
@pytest.mark.parametrize("put", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("nothing")])
def test_a_lease_that_is_no_file_is_named_and_not_waited_for(
    registry: Registry, put: Callable[[Path], None], take_over: bool
) -> None:
    put(registry.path / "lease")
    refused(registry, take_over, "lease: is no regular file; end all runs .*, then remove it")


def refused(registry: Registry, take_over: bool, told: str) -> None:
    with pytest.raises(RegistryUnreadable, match=told), registry.lease(take_over):
        pass
    with pytest.raises(RegistryUnreadable, match=told):
        find_holder(registry.path)


def test_one_whose_lease_was_written_over_commits_no_more(registry: Registry) -> None:
    with registry.lease() as lease:
        lease.path.write_bytes(b"abc def\n")
        with pytest.raises(StoppedHalfWay, match="lease: another"):
            lease.check()


def test_a_taking_over_that_fails_leaves_nothing_open(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with registry.lease():
        before = len(os.listdir("/proc/self/fd"))
        monkeypatch.setattr(os, "pwrite", fail)
        with (
            pytest.raises(OutputUnwritable, match="lease: cannot be written"),
            registry.lease(take_over=True),
        ):
            pass
        assert len(os.listdir("/proc/self/fd")) == before
    assert registry.orphans() == []


def test_what_another_taking_over_has_left_is_no_hindrance(registry: Registry) -> None:
    (registry.path / ".lease.tmp").mkdir()
    with registry.lease(take_over=True) as lease:
        lease.check()
