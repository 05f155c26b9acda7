"""Charts that are as small as a word: a line in a table's cell, a bar of a share."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from signer.reporting.report_markup import Html

__all__ = ["share_bar", "spark_line"]

WIDTH, HEIGHT, EDGE = 120, 28, 2


def spark_line(values: Sequence[int | None], whole: int | None, title: str) -> Html:
    """The values from left to right, `whole` at the top and 0 at the bottom; dashed across those unknown."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if not whole or len(known) < 2:
        return Html("")
    points = [(_x(place, len(values)), _y(value, whole), place) for place, value in known]
    area = " ".join(f"{x},{y}" for x, y, _ in points)
    lines = "".join(
        f'<path class="{"line" if after - before == 1 else "gap"}" d="M{x},{y}L{to_x},{to_y}"/>'
        for (x, y, before), (to_x, to_y, after) in pairwise(points)
    )
    base = HEIGHT - EDGE
    return Html(
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        f'<polygon points="{points[0][0]},{base} {area} {points[-1][0]},{base}"/>{lines}</svg>'
    )


def share_bar(share: float) -> Html:
    """A share from 0 to 1; what it is stands beside it."""
    width = round(100 * min(max(share, 0.0), 1.0), 1)
    return Html(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="whole" width="100" height="10"/><rect width="{width:g}" height="10"/></svg>'
    )


def _x(place: int, n_places: int) -> float:
    return round(EDGE + (WIDTH - 2 * EDGE) * place / (n_places - 1), 1)


def _y(value: int, whole: int) -> float:
    return round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * min(max(value / whole, 0.0), 1.0), 1)
