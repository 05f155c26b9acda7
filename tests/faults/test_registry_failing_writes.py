"""Each kind of call that writes, syncs or names a file of the registry fails: no half state, a good end."""

from __future__ import annotations

import errno
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from failing_disk import FailingDisk
from forked_commands import preloaded_process
from registry_runs import Harness

PER_KIND = int(os.environ.get("SIGNER_TEST_WRITES", "1"))
"""How many calls of a kind are tried, evenly; SIGNER_TEST_WRITES=1000 tries all."""

CALLS = ("write", "pwrite64", "fsync", "rename", "link", "linkat")
ERRORS = (errno.EIO, errno.ENOSPC)
CHANGING = re.compile(r"[0-9a-f]{20,}|[0-9a-f]{16}|[0-9]{5,}|(?<=[.-])\w{8}(?=[./]|$)")
"""What makes two calls of a kind differ: digests, numbers of parts and versions, and random names."""


@dataclass(frozen=True)
class Fragile:
    """Runs commands on the failing disk; `kinds` tells how often an undisturbed run makes each kind of call.

    A kind is the pattern of a call and its path.
    """

    disk: FailingDisk
    harness: Harness
    kinds: Counter[str]


@pytest.fixture(scope="module")
def fragile(harness: Harness, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fragile]:
    disk = FailingDisk(tmp_path_factory.mktemp("disk"))
    counted = tmp_path_factory.mktemp("counted")
    with preloaded_process(tmp_path_factory.mktemp("fragile"), disk.environment) as commands:
        on_disk = replace(harness, commands=commands)
        disk.watch(counted)
        on_disk.resume(counted / "registry")
        yield Fragile(disk, on_disk, Counter(CHANGING.sub("*", call) for call in disk.calls()))


@pytest.mark.long
def test_every_call_is_tried_by_a_test(fragile: Fragile) -> None:
    assert {kind.split()[0] for kind in fragile.kinds} == set(CALLS)


@pytest.mark.long
@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_fails_costs_no_certificate(fragile: Fragile, tmp_path: Path, call: str) -> None:
    chosen = [
        (kind, number)
        for kind, times in fragile.kinds.items()
        if kind.split()[0] == call
        for number in evenly(times)
    ]
    for trial, (kind, number) in enumerate(chosen):
        folder = tmp_path / str(trial)
        folder.mkdir()
        assert_harmless(fragile, folder, kind, number, ERRORS[trial % 2])


def evenly(times: int) -> list[int]:
    """The numbers of the calls of a kind to try, of so many."""
    step = max(1.0, times / PER_KIND)
    return [1 + int(step * (n + 0.5)) for n in range(min(PER_KIND, times))]


def assert_harmless(fragile: Fragile, folder: Path, kind: str, number: int, error: int) -> None:
    disk, registry = fragile.disk, folder / "registry"
    disk.fail(folder, kind, number, error)
    command = fragile.harness.start(registry)
    code = command.wait()
    told = f"{kind}, number {number} of {fragile.kinds[kind]}: {os.strerror(error)}: exit code {code}"
    print(told, command.errors)
    assert disk.has_failed, "the call was never made"
    disk.watch(folder)
    assert code in (0, 3, 4), told
    assert "Traceback" not in command.errors, told
    assert code == 0 or str(folder) in command.errors.splitlines()[-1], told
    fragile.harness.assert_no_half_state(registry)
    fragile.harness.resume(registry)
