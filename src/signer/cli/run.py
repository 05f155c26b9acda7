"""How commands carry out a run: with log, progress, and a clean stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from signer import log
from signer.cli.cores import usable_cores
from signer.cli.progress import OnProgress, show_progress
from signer.cli.stopping import stopped_by_signals

__all__ = ["run_logged", "usable_cores"]

OrderT = TypeVar("OrderT")
SummaryT = TypeVar("SummaryT")

Run = Callable[[OrderT, OnProgress, Callable[[], float]], SummaryT]


def run_logged(run: Run[OrderT, SummaryT], order: OrderT, doing: str, *, verbose: bool = False) -> SummaryT:
    """Runs an order with log, progress, and a Ctrl-C or SIGTERM that stops it; `doing` is as "signing"."""
    log.configure(verbose)
    try:
        with stopped_by_signals(), show_progress(doing, time.monotonic) as on_progress:
            return run(order, on_progress, time.monotonic)
    finally:
        log.close()
