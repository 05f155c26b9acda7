"""Runs parts in worker processes of this machine, and carries on when one of them dies.

The workers are forked when the engine is made: make it before anything opens keys or starts threads. The
reserves wait on their channel, asleep, until a worker dies.
"""

from __future__ import annotations

import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator
from multiprocessing import connection
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Generic, Self, TypeVar, cast

from signer.engines.worker_process import Failed, OpenWorker, Progress, WorkerProcess, fork_worker
from signer.errors import DiskFull, SignerError, StoppedHalfWay

__all__ = ["LocalEngine"]

log = logging.getLogger(__name__)

PartT = TypeVar("PartT")
ResultT = TypeVar("ResultT")

OnProgress = Callable[[PartT, int], None]
DEATHS_OF_A_PART = 2  # a part that kills its workers would kill the next as well
GRACE_S = 5.0


class LocalEngine:
    """A fixed number of worker processes and some reserves; leaving the `with` block ends them all."""

    def __init__(self, n_workers: int, n_reserves: int = 2) -> None:
        self.n_workers = n_workers
        self._processes: list[WorkerProcess] = []
        for number in range(1, n_workers + n_reserves + 1):
            inherited = [process.channel for process in self._processes]
            self._processes.append(fork_worker(number, inherited))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop(at_once=error is not None)

    def run(
        self,
        parts: Iterable[PartT],
        open_worker: OpenWorker[PartT, ResultT],
        on_progress: OnProgress[PartT] | None = None,
    ) -> Generator[tuple[PartT, ResultT], None, None]:
        """Hands out `parts` in their order, one to a worker at a time, and gives each with its result.

        `open_worker` and the parts are pickled; str(part) names a part in messages. A part whose worker died
        is done again by a reserve. Runs once in the life of an engine; closing it early ends the workers.

        Raises StoppedHalfWay where a part cannot be done, has killed two workers, or no worker is left,
        and the worker's own SignerError where it cannot open.
        """
        run = _Run(self._processes, self.n_workers, parts, open_worker, on_progress)
        try:
            yield from run.results()
        except BaseException:
            self._stop(at_once=True)
            raise

    def _stop(self, at_once: bool) -> None:
        """Ends all workers: by closing their channels, or by a signal where they may be amid a part."""
        for worker in self._processes:
            if at_once:
                worker.process.terminate()
            worker.channel.close()
        deadline = time.monotonic() + GRACE_S
        for worker in self._processes:
            worker.process.join(max(0.0, deadline - time.monotonic()))
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
        self._processes.clear()


class _Run(Generic[PartT, ResultT]):
    """Who does what: the parts that wait, the parts in hand, and how often a part's worker died."""

    def __init__(
        self,
        processes: Iterable[WorkerProcess],
        n_workers: int,
        parts: Iterable[PartT],
        open_worker: OpenWorker[PartT, ResultT],
        on_progress: OnProgress[PartT] | None,
    ) -> None:
        self.idle = deque(processes)
        self.n_workers = n_workers
        self.waiting = deque(enumerate(parts))
        self.busy: dict[Connection, tuple[WorkerProcess, int, PartT]] = {}
        self.deaths: Counter[int] = Counter()
        self.open_worker = open_worker
        self.on_progress = on_progress

    def results(self) -> Iterator[tuple[PartT, ResultT]]:
        self._hand_out()
        while self.busy:
            for ready in connection.wait(list(self.busy)):
                done = self._hear(cast(Connection, ready))
                self._hand_out()
                if done:
                    yield done

    def _hand_out(self) -> None:
        while self.waiting and len(self.busy) < self.n_workers:
            if not self.idle:
                if self.busy:
                    return
                raise StoppedHalfWay(
                    f"no worker is left to do {self.waiting[0][1]}; see the log for how they ended"
                )
            worker = self.idle.popleft()
            index, part = self.waiting[0]
            try:
                worker.do(part, self.open_worker)
            except OSError:
                log.warning("%s %s before it got %s", worker.name, worker.cause_of_death(), part)
                continue
            self.waiting.popleft()
            self.busy[worker.channel] = (worker, index, part)

    def _hear(self, channel: Connection) -> tuple[PartT, ResultT] | None:
        worker, index, part = self.busy[channel]
        try:
            message = channel.recv()
        except (EOFError, OSError):
            del self.busy[channel]
            self._bury(worker, index, part)
            return None
        if isinstance(message, Progress):
            if self.on_progress:
                self.on_progress(part, message.amount)
            return None
        if isinstance(message, Failed):
            raise message.error if message.opening else _at(part, message.error)
        del self.busy[channel]
        self.idle.appendleft(worker)
        return part, cast(ResultT, message.result)

    def _bury(self, worker: WorkerProcess, index: int, part: PartT) -> None:
        """Reports a dead worker and puts its part first in the queue."""
        cause = worker.cause_of_death()
        worker.channel.close()
        self.deaths[index] += 1
        if self.deaths[index] >= DEATHS_OF_A_PART:
            raise StoppedHalfWay(
                f"{part} has ended two workers, the last one {cause}; look at its rows and the log"
            )
        log.warning("%s %s while at %s, which is done again", worker.name, cause, part)
        self.waiting.appendleft((index, part))


def _at(part: object, error: SignerError) -> StoppedHalfWay:
    """The error with the part that it befell."""
    return (DiskFull if isinstance(error, DiskFull) else StoppedHalfWay)(f"{part}: {error}")
