"""The local engine: parts in order, workers that die, and an end without orphans."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from other_processes import is_alive

from signer.engines.local import LocalEngine
from signer.errors import InputUnreadable, KeyUnusable, StoppedHalfWay


@dataclass(frozen=True)
class Orders:
    """Opens a worker that squares numbers, and is killed or fails at the number it is told to."""

    folder: Path
    deadly: int = -1
    n_deaths: int = 0
    failing: int = -1
    error: Exception | None = None
    seconds: float = 0.0
    cannot_open: bool = False

    def __call__(self, report: Callable[[int], None]) -> Worker:
        if self.cannot_open:
            raise KeyUnusable("dsc.key: wrong passphrase")
        return Worker(self, report)


@dataclass
class Worker:
    orders: Orders
    report: Callable[[int], None]

    def __call__(self, part: int) -> tuple[int, int]:
        orders = self.orders
        if part == orders.deadly and len(list(orders.folder.glob("death-*"))) < orders.n_deaths:
            (orders.folder / f"death-{os.getpid()}").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if part == orders.failing and orders.error:
            raise orders.error
        time.sleep(orders.seconds)
        self.report(part)
        return part * part, os.getpid()

    def close(self) -> None:
        (self.orders.folder / f"closed-{os.getpid()}").touch()


def children() -> set[int]:
    text = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return {int(pid) for pid in text.split()}


@pytest.fixture(autouse=True)
def _nobody_is_left() -> Iterator[None]:
    """No worker outlives its engine, dead or alive; other tests may have processes that live on."""
    before = children()
    yield
    assert children() <= before


@pytest.mark.parametrize("n_workers", [1, 2, 3])
def test_every_part_is_done_once_and_workers_close(tmp_path: Path, n_workers: int) -> None:
    with LocalEngine(n_workers) as engine:
        results = dict(engine.run(range(40), Orders(tmp_path, seconds=0.002)))
    assert {part: result[0] for part, result in results.items()} == {n: n * n for n in range(40)}
    pids = {result[1] for result in results.values()}
    assert os.getpid() not in pids
    assert len(pids) == n_workers
    assert {path.name for path in tmp_path.iterdir()} == {f"closed-{pid}" for pid in pids}


def test_one_worker_does_the_parts_in_their_order(tmp_path: Path) -> None:
    with LocalEngine(1) as engine:
        assert [part for part, _ in engine.run([3, 1, 2], Orders(tmp_path))] == [3, 1, 2]


def test_progress_within_parts_is_heard(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    with LocalEngine(1) as engine:
        list(engine.run([3, 1], Orders(tmp_path), lambda part, amount: heard.append((part, amount))))
    assert heard == [(3, 3), (1, 1)]


def test_no_part_opens_no_worker(tmp_path: Path) -> None:
    with LocalEngine(2) as engine:
        assert list(engine.run([], Orders(tmp_path))) == []
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("n_workers", [1, 2])
def test_a_killed_worker_is_reported_and_its_part_done_again(
    tmp_path: Path, n_workers: int, caplog: pytest.LogCaptureFixture
) -> None:
    with LocalEngine(n_workers) as engine:
        results = dict(engine.run(range(10), Orders(tmp_path, deadly=4, n_deaths=1)))
    assert sorted(results) == list(range(10))
    assert "was ended by SIGKILL while at 4, which is done again" in caplog.text


def test_a_part_that_kills_two_workers_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(StoppedHalfWay, match="7 has ended two workers"), LocalEngine(2) as engine:
        list(engine.run(range(10), Orders(tmp_path, deadly=7, n_deaths=2)))


def test_without_reserves_the_other_workers_carry_on(tmp_path: Path) -> None:
    with LocalEngine(2, n_reserves=0) as engine:
        results = dict(engine.run(range(10), Orders(tmp_path, deadly=0, n_deaths=1, seconds=0.01)))
    assert sorted(results) == list(range(10))


def test_no_worker_left_stops_the_run_and_names_the_part(tmp_path: Path) -> None:
    with (
        pytest.raises(StoppedHalfWay, match="no worker is left to do 2"),
        LocalEngine(1, n_reserves=0) as engine,
    ):
        list(engine.run(range(3), Orders(tmp_path, deadly=2, n_deaths=1)))


def test_a_worker_killed_before_its_first_part_is_replaced(tmp_path: Path) -> None:
    before = children()
    with LocalEngine(1) as engine:
        os.kill(min(children() - before), signal.SIGKILL)
        time.sleep(0.1)
        assert len(list(engine.run(range(3), Orders(tmp_path)))) == 3


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (InputUnreadable("shots.parquet: damaged"), "^5: shots.parquet: damaged$"),
        (OSError(28, "No space left on device", "x.parquet"), "^5: x.parquet: No space left on device$"),
        (ValueError("Nguyễn Văn An"), r"^5: ValueError at test_local.py:\d+$"),
    ],
)
def test_an_error_in_a_part_stops_the_run_and_names_the_part(
    tmp_path: Path, error: Exception, message: str
) -> None:
    with pytest.raises(StoppedHalfWay, match=message), LocalEngine(2) as engine:
        list(engine.run(range(10), Orders(tmp_path, failing=5, error=error)))


def test_a_worker_that_cannot_open_stops_the_run_with_its_own_error(tmp_path: Path) -> None:
    with pytest.raises(KeyUnusable, match="wrong passphrase"), LocalEngine(2) as engine:
        list(engine.run(range(10), Orders(tmp_path, cannot_open=True)))


def test_ctrl_c_ends_the_workers_at_once(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a test process may ignore it

    def interrupt(part: int, amount: int) -> None:
        signal.raise_signal(signal.SIGINT)

    try:
        with pytest.raises(KeyboardInterrupt), LocalEngine(2) as engine:
            list(engine.run([0, 1, 2, 3], Orders(tmp_path, seconds=0.2), interrupt))
    finally:
        signal.signal(signal.SIGINT, before)
    assert not list(tmp_path.glob("closed-*"))


SCRIPT = """
import os, sys, time
from pathlib import Path
from signer.engines.local import LocalEngine

class Sleeper:
    def __init__(self, report): self.report = report
    def __call__(self, part):
        self.report(1)
        time.sleep(60)
    def close(self): pass

def tell(part, amount):
    print(open(f"/proc/self/task/{os.getpid()}/children").read(), flush=True)

with LocalEngine(2) as engine:
    list(engine.run([1, 2], Sleeper, tell))
"""


def test_workers_end_with_a_killed_coordinator() -> None:
    coordinator = subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, text=True)
    assert coordinator.stdout
    pids = [int(pid) for pid in coordinator.stdout.readline().split()]
    assert len(pids) == 4
    coordinator.kill()
    coordinator.wait()
    deadline = time.monotonic() + 30
    while any(is_alive(pid) for pid in pids):
        assert time.monotonic() < deadline, "workers live on after their coordinator"
        time.sleep(0.02)
    coordinator.stdout.close()
