"""One forked process that opens a worker when it is told to, and then does the parts that it is handed."""

from __future__ import annotations

import copy
import ctypes
import logging
import multiprocessing
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from typing import Any, Protocol, TypeVar

from signer.errors import SignerError, StoppedHalfWay

__all__ = ["Done", "Failed", "OpenWorker", "PartWorker", "Progress", "WorkerProcess", "fork_worker"]

log = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1  # prctl(2)
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # mallopt(3)
MOST_KEPT_BYTES = 1 << 28

PartT_contra = TypeVar("PartT_contra", contravariant=True)
ResultT_co = TypeVar("ResultT_co", covariant=True)


class PartWorker(Protocol[PartT_contra, ResultT_co]):
    """What does parts, in its own process; `close` gives up what it holds (keys, files)."""

    def __call__(self, part: PartT_contra) -> ResultT_co: ...
    def close(self) -> None: ...


OpenWorker = Callable[[Callable[[int], None]], PartWorker[PartT_contra, ResultT_co]]
"""Opens a worker in its process; it may call what it gets with the amount of the part that is done so far."""


@dataclass(frozen=True)
class Progress:
    """So much of the part in hand is done."""

    amount: int


@dataclass(frozen=True)
class Done:
    """The part in hand is done."""

    result: Any


@dataclass(frozen=True)
class Failed:
    """The worker could not open (`opening`), or not do its part; it has ended."""

    error: SignerError
    opening: bool


@dataclass(eq=False)
class WorkerProcess:
    """The coordinator's end of a worker: a process and the channel to it."""

    process: ForkProcess
    channel: Connection
    is_open: bool = False

    @property
    def name(self) -> str:
        return self.process.name

    def do(self, part: object, open_worker: OpenWorker[Any, Any]) -> None:
        """Hands a part over, and first what opens the worker. Raises OSError if it is gone."""
        if not self.is_open:
            self.channel.send(open_worker)
            self.is_open = True
        self.channel.send(part)

    def cause_of_death(self) -> str:
        """How the process ended, in words."""
        self.process.join(5)
        code = self.process.exitcode
        if code is None:
            return "closed its channel"
        return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"


def fork_worker(number: int, inherited: Iterable[Connection]) -> WorkerProcess:
    """Forks a worker that waits for orders; `inherited`, the channels of earlier workers, it closes."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    foreign = [*inherited, ours]
    # A Ctrl-C between the fork and the worker's first statement must not end it with a traceback.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        process = context.Process(
            target=_live, args=(theirs, foreign, os.getpid()), name=f"worker-{number}", daemon=True
        )
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    theirs.close()
    return WorkerProcess(process, ours)


def _live(channel: Connection, foreign: Iterable[Connection], coordinator: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the coordinator decides what a Ctrl-C means
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    for end in foreign:
        end.close()  # or the end of the coordinator would not be seen as the end of the channel
    _die_with(coordinator)
    _keep_memory()
    try:
        _serve(channel)
    except (EOFError, ConnectionError):
        return  # the coordinator is gone, or is done with us


def _die_with(coordinator: int) -> None:
    """Has the kernel end this process with its parent, even in the middle of a part."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != coordinator:
        os._exit(1)


def _keep_memory() -> None:
    """Has what a batch frees wait for the next, for which the system would clear every page anew."""
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):  # of glibc alone
        mallopt(M_MMAP_THRESHOLD, MOST_KEPT_BYTES)
        mallopt(M_TRIM_THRESHOLD, MOST_KEPT_BYTES)


def _serve(channel: Connection) -> None:
    open_worker: OpenWorker[Any, Any] = channel.recv()
    try:
        worker = open_worker(lambda amount: channel.send(Progress(amount)))
    except Exception as error:
        channel.send(Failed(_portable(error), opening=True))
        return
    try:
        while True:
            part = channel.recv()
            try:
                message: Done | Failed = Done(worker(part))
            except Exception as error:
                message = Failed(_portable(error), opening=False)
            channel.send(message)
    finally:
        worker.close()


def _portable(error: Exception) -> SignerError:
    """The error as one of ours that survives the way to the coordinator.

    The text of a foreign error may quote a row, so only its kind and place go on.
    """
    if isinstance(error, OSError) and not isinstance(error, ConnectionError) and error.strerror:
        return StoppedHalfWay(f"{error.filename}: {error.strerror}" if error.filename else error.strerror)
    if not isinstance(error, SignerError):
        log.debug("%s at\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
        place = traceback.extract_tb(error.__traceback__)[-1]
        return StoppedHalfWay(f"{type(error).__name__} at {os.path.basename(place.filename)}:{place.lineno}")
    try:
        pickle.dumps(error)
        copy.copy(error)  # made from its arguments, as the coordinator will
    except Exception:
        return StoppedHalfWay(str(error))
    return error
