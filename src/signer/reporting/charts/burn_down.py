"""How many shots are still without a certificate, and what would reach the deadline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from signer.durations import DAY_S, HOUR_S
from signer.reporting.charts.drawing import BLUE, GREY, ORANGE, draw
from signer.reporting.charts.time_axis import mark_counts, mark_times
from signer.reporting.report_content import Point
from signer.reporting.report_markup import Html
from signer.reporting.report_words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["burn_down", "shows_deadline"]

LEAST_S = HOUR_S
MOST_AHEAD = 3
"""A deadline further away than so many times what has passed is not drawn: nothing else could be seen."""


def shows_deadline(points: Sequence[Point], deadline: int | None) -> bool:
    """Whether the deadline lies ahead, and not too far."""
    if deadline is None:
        return False
    begin, now = points[0].at, points[-1].at
    return now < deadline <= now + MOST_AHEAD * max(now - begin, DAY_S)


def burn_down(points: Sequence[Point], deadline: int | None, words: Words) -> Html:
    """The line of two or more points; the deadline where it is not too far off."""
    begin, now = points[0].at, max(points[-1].at, points[0].at + LEAST_S)
    is_drawn = shows_deadline(points, deadline)
    ends = deadline if is_drawn and deadline is not None else now

    def paint(axes: Axes, is_narrow: bool) -> None:
        times, left = [point.at for point in points], [point.shots for point in points]
        axes.fill_between(times, left, step="post", color=BLUE, alpha=0.15, linewidth=0)
        axes.step(times, left, where="post", color=BLUE, linewidth=2)
        mark_counts(axes, words)
        axes.set_ylim(0, max(*left, 1) * 1.12)
        mark_times(axes, begin, ends + (ends - begin) * 0.02, words, is_narrow)
        if is_drawn:
            axes.plot([times[-1], ends], [left[-1], 0], color=GREY, linewidth=1.5, linestyle=(0, (4, 3)))
            axes.axvline(ends, color=ORANGE, linewidth=2)
            axes.annotate(
                words.text("deadline"), (ends, 1), xycoords=("data", "axes fraction"), xytext=(-6, -2),
                textcoords="offset points", ha="right", va="top", color=ORANGE, fontweight="bold",
            )  # fmt: skip

    first, last = points[0], points[-1]
    told = words.text(
        "progress_chart_told",
        first=words.number(first.shots),
        last=words.number(last.shots),
        begin=words.day(first.at // DAY_S),
        end=words.day(last.at // DAY_S),
    )
    return draw("burn-down", f"{words.text('progress_chart')}: {told}", paint)
