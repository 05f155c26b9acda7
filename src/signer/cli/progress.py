"""How far a run has come: a bar on a terminal, a line of log every ten seconds elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

__all__ = ["OnProgress", "show_progress"]

log = logging.getLogger(__name__)

LOG_EVERY_S = 10.0

OnProgress = Callable[[int, int], None]


@contextmanager
def show_progress(doing: str, clock: Callable[[], float]) -> Iterator[OnProgress]:
    """Gives the function to call with the rows done and the rows in all, as often as one likes.

    `doing` is what is done to them, such as "signing".
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _LogLines(doing, clock)
        return
    columns = (
        TextColumn(doing),
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
        self._task = bar.add_task("", total=None, visible=False, rate="")

    def __call__(self, done: int, total: int) -> None:
        rate = self._rate.after(done)
        self._bar.update(self._task, completed=done, total=total, visible=True, rate=f"{rate:,.0f} rows/s")
        self._bar.refresh()


class _LogLines:
    """One line now and then, with rate and remaining time."""

    def __init__(self, doing: str, clock: Callable[[], float]) -> None:
        self._doing = doing
        self._clock = clock
        self._rate = _Rate(clock)
        self._next_s = clock() + LOG_EVERY_S

    def __call__(self, done: int, total: int) -> None:
        rate = self._rate.after(done)
        if self._clock() < self._next_s or not rate:
            return
        self._next_s = self._clock() + LOG_EVERY_S
        log.info(
            "%s: %d of %d rows, %.0f rows/s, %.0f s remain",
            self._doing, done, total, rate, (total - done) / rate,
        )  # fmt: skip


class _Rate:
    """Rows a second since the first ones were done: what comes before them says nothing of the others."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._first: tuple[float, int] | None = None

    def after(self, done: int) -> float:
        if self._first is None:
            self._first = (self._clock(), done)
        started_s, before = self._first
        elapsed_s = self._clock() - started_s
        return (done - before) / elapsed_s if elapsed_s > 0 else 0.0
