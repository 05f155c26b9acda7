"""Where an axis of time has its marks, and what stands at them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from signer.durations import DAY_S, HOUR_S
from signer.reporting.report_words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["mark_counts", "mark_times"]

STEPS_S = (HOUR_S, 2 * HOUR_S, 6 * HOUR_S, 12 * HOUR_S, DAY_S, 2 * DAY_S, 7 * DAY_S, 14 * DAY_S)
STEPS_MONTHS = (1, 2, 3, 6, 12, 24, 60)
WIDE_MARKS, NARROW_MARKS = 8, 3
WIDE_EDGE, NARROW_EDGE = 0.05, 0.12
"""Half of a word, of the width of the axis."""


def mark_times(axes: Axes, begin: float, end: float, words: Words, is_narrow: bool) -> None:
    """Marks hours, days or months of UTC, at most so many that their words stand apart."""
    axes.set_xlim(begin, end)
    most = NARROW_MARKS if is_narrow else WIDE_MARKS
    for step_s in STEPS_S:
        if (end - begin) / step_s <= (most if step_s >= DAY_S else most * 3 // 4):  # hours are longer words
            first = int(-(-begin // step_s) * step_s)
            marks = list(range(first, int(end) + 1, step_s))
            labels = [words.short_day(mark, with_time=step_s < DAY_S) for mark in marks]
            break
    else:
        firsts = next(found for step in STEPS_MONTHS if len(found := [*_firsts(begin, end, step)]) <= most)
        marks = [int(first.timestamp()) for first in firsts]
        labels = [words.month(first.year, first.month) for first in firsts]
    axes.set_xticks(marks, labels)
    edge = NARROW_EDGE if is_narrow else WIDE_EDGE
    # A word at the very edge would be cut off or push the drawing aside.
    for label, mark in zip(axes.get_xticklabels(), marks, strict=True):
        share = (mark - begin) / (end - begin)
        label.set_horizontalalignment("left" if share < edge else "right" if share > 1 - edge else "center")


def mark_counts(axes: Axes, words: Words) -> None:
    """Whole numbers from 0 on."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415 (matplotlib is an extra)

    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True, min_n_ticks=2))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.short_number(value)))


def _firsts(begin: float, end: float, step: int) -> Iterator[datetime]:
    """The first days of each `step` months."""
    at = datetime.fromtimestamp(begin, UTC)
    for number in range(at.year * 12, (datetime.fromtimestamp(end, UTC).year + 1) * 12, step):
        first = datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)
        if begin <= first.timestamp() <= end:
            yield first
