"""A coordinator in a process of its own: makes parts, commits them one by one and cleans up behind itself."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Barrier
from pathlib import Path
from tempfile import TemporaryDirectory

from made_parts import PLAN, write_part

from signer.errors import SignerError
from signer.failpoints import VARIABLE
from signer.registry import Lease, Registry, open_or_create, table_log
from signer.registry.lease import hold_lease

FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(["made_parts", "signer.registry"])
PARTS = range(3)
DONE, FAILED, REFUSED = 0, 4, 3


def run_coordinator(path: Path, failpoint: str = "") -> int | None:
    """Starts it and waits for its end; gives the exit code, negative for a signal."""
    with coordinator(path, Orders(failpoint)) as process:
        process.join(60)
        return process.exitcode


@dataclass(frozen=True)
class Orders:
    """What a coordinator is to do; it begins when all have come to the barrier `start`.

    One that is `unleased` believes that it holds a lease of its own, and does not clean up.
    """

    failpoint: str = ""
    parts: Sequence[int] = PARTS
    plan_id: str = PLAN
    start: Barrier | None = None
    unleased: bool = False


@contextmanager
def coordinator(path: Path, orders: Orders) -> Iterator[ForkServerProcess]:
    """A coordinator that is running; it is killed at the end of the block if it still is."""
    process = FORKING.Process(target=_run, args=(path, orders))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def _run(path: Path, orders: Orders) -> None:
    os.environ[VARIABLE] = orders.failpoint
    table_log.VERSIONS_PER_CHECKPOINT = 2
    if orders.start:
        orders.start.wait(60)
    try:
        _coordinate(open_or_create(path, test=True), orders)
    except SignerError as error:
        os._exit(error.exit_code)
    except OSError:
        os._exit(FAILED)


def _coordinate(registry: Registry, orders: Orders) -> None:
    with _lease_of_its_own(registry) if orders.unleased else registry.lease() as lease:
        done = registry.committed_parts(orders.plan_id)
        for number in (number for number in orders.parts if number not in done):
            registry.commit(lease, [write_part(registry, number, orders.plan_id)])
    if not orders.unleased:
        registry.clean()


@contextmanager
def _lease_of_its_own(registry: Registry) -> Iterator[Lease]:
    with TemporaryDirectory() as elsewhere, hold_lease(Path(elsewhere)) as lease:
        yield lease
