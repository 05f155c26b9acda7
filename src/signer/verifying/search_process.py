"""Searches pictures for codes in a process of its own, which ends itself when one takes too long.

Some pictures, such as one tiled with finder patterns, keep a reader busy for minutes. What runs in C++ cannot
be interrupted in the same process; and were it to crash, only this process would.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Final, Generic, TypeVar

__all__ = ["MAX_SEARCH_S", "SearchProcess", "SearchStopped"]

MAX_SEARCH_S: Final = 20.0
"""Of processor time. A sheet of 80 million pixels with 250 codes took two."""

FoundT = TypeVar("FoundT")


class SearchStopped(Exception):
    """The search took too long, or ended its process in another way."""


class SearchProcess(Generic[FoundT]):
    """Calls `search` in a forked process, which is made when it is first needed and again after it ended."""

    def __init__(self, search: Callable[..., FoundT]) -> None:
        self._search = search
        self._pid = self._owner = 0
        self._channel: Connection | None = None

    def __call__(self, *arguments: Any) -> FoundT:
        """What `search` gives for these arguments; both are pickled. Raises SearchStopped."""
        channel = self._opened()
        try:
            channel.send(arguments)
            found: FoundT = channel.recv()
        except (EOFError, OSError) as error:
            self._close()
            raise SearchStopped from error
        return found

    def _opened(self) -> Connection:
        if self._owner != os.getpid():  # never used, or inherited by a fork, whose parent goes on using it
            self._channel = None
        if self._channel is None:
            self._owner = os.getpid()
            ours, theirs = socket.socketpair()
            self._pid = os.fork()
            if self._pid == 0:
                _live(theirs.detach(), self._search)
            theirs.close()
            self._channel = Connection(ours.detach())
        return self._channel

    def _close(self) -> None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._pid, 0)


def _live(descriptor: int, search: Callable[..., Any]) -> None:
    """Answers until the channel is closed; never comes back."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what a Ctrl-C means
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)  # the timer's, which so ends the process
        os.closerange(3, descriptor)  # or the end of the parent would not be seen as the end of its channels
        os.closerange(descriptor + 1, os.sysconf("SC_OPEN_MAX"))
        channel = Connection(descriptor)
        while True:
            arguments = channel.recv()
            signal.setitimer(signal.ITIMER_PROF, MAX_SEARCH_S)
            found = search(*arguments)
            signal.setitimer(signal.ITIMER_PROF, 0)
            channel.send(found)
    finally:
        os._exit(0)
