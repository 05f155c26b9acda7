"""Counts over time as bars, one upon the other where there are two kinds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from signer.reporting.charts.drawing import BLUE, ORANGE, draw
from signer.reporting.charts.time_axis import mark_counts, mark_times
from signer.reporting.report_markup import Html
from signer.reporting.report_words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["bars"]

COLOURS = (BLUE, ORANGE)
GAP = 0.15
"""Between bars, of their width; none where they are many."""
MANY = 120
FEWEST = 12
"""So many bars have room: a single one does not fill the page."""


def bars(
    name: str, title: str, begins: Sequence[int], *series: Sequence[int], unit_s: int, words: Words
) -> Html:
    """A bar for each moment in `begins` (seconds since 1970), `unit_s` wide; one or two series."""
    first, end = begins[0], max(begins[-1] + unit_s, begins[0] + FEWEST * unit_s)
    width = unit_s * (1 if (end - first) // unit_s > MANY else 1 - GAP)

    def paint(axes: Axes, is_narrow: bool) -> None:
        below = [0] * len(begins)
        for counts, colour in zip(series, COLOURS, strict=False):
            axes.bar(begins, counts, width, below, align="edge", color=colour, linewidth=0)
            below = [one + other for one, other in zip(below, counts, strict=True)]
        mark_counts(axes, words)
        axes.set_ylim(0, max(*below, 1) * 1.08)
        mark_times(axes, first, end, words, is_narrow)

    return draw(name, title, paint)
