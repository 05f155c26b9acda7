"""How far a run has come: a bar on a terminal, a line of log every ten seconds elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

__all__ = ["show_progress"]

log = logging.getLogger(__name__)

LOG_EVERY_S = 10.0

OnProgress = Callable[[int, int], None]


@contextmanager
def show_progress(clock: Callable[[], float]) -> Iterator[OnProgress]:
    """Gives the function to call with the rows done and the rows in all, as often as one likes."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _LogLines(clock)
        return
    columns = (
        TextColumn("signing"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, auto_refresh=False, transient=True) as bar:
        yield _Bar(bar, clock)


class _Bar:
    """The bar appears with the first progress: until then there is nothing to show."""

    def __init__(self, bar: Progress, clock: Callable[[], float]) -> None:
        self._bar = bar
        self._rate = _Rate(clock)
        self._task = bar.add_task("signing", total=None, visible=False, rate="")

    def __call__(self, done: int, total: int) -> None:
        rate = self._rate.after(done)
        self._bar.update(self._task, completed=done, total=total, visible=True, rate=f"{rate:,.0f} rows/s")
        self._bar.refresh()


class _LogLines:
    """One line now and then, with rate and remaining time."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._rate = _Rate(clock)
        self._next_s = clock() + LOG_EVERY_S

    def __call__(self, done: int, total: int) -> None:
        rate = self._rate.after(done)
        if self._clock() < self._next_s or not rate:
            return
        self._next_s = self._clock() + LOG_EVERY_S
        log.info("%d of %d rows, %.0f rows/s, %.0f s remain", done, total, rate, (total - done) / rate)


class _Rate:
    """Rows a second since the beginning."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._started_s = clock()

    def after(self, done: int) -> float:
        elapsed_s = self._clock() - self._started_s
        return done / elapsed_s if elapsed_s > 0 else 0.0
