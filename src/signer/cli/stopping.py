"""Ctrl-C and SIGTERM end a run alike: once, and so that it can clear up."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["stopped_by_signals"]

STOPPING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """The first signal becomes KeyboardInterrupt; further ones are ignored, lest they stop the stopping.

    For the main thread only, as Python's signals are.
    """
    coordinator = os.getpid()

    def interrupt_once(number: int, _frame: FrameType | None) -> None:
        if os.getpid() != coordinator:  # a worker just forked, which has not put its own handlers in place
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            return
        for each in STOPPING:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    previous = {each: signal.signal(each, interrupt_once) for each in STOPPING}
    try:
        yield
    finally:
        for each, handler in previous.items():
            if signal.getsignal(each) is interrupt_once:
                signal.signal(each, handler)
