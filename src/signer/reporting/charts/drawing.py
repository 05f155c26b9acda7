"""Draws a chart by matplotlib, twice: for a page that is wide and for a phone."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from signer.errors import ReportUnready
from signer.reporting.charts.inline_svg import inline_svg
from signer.reporting.report_markup import Html, joined

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["BLUE", "GREY", "ORANGE", "Paint", "draw", "require_matplotlib"]

BLUE, ORANGE, GREY, LINES = "#0b5fa5", "#b84a00", "#5a5a5a", "#dcdcd8"
"""Told apart by all eyes, also by their darkness."""
INK = "#1c1c1c"
SIZES: Final = {"wide": (860, 270), "narrow": (360, 240)}
"""Width and height in CSS pixels, by the class of the element (report.css shows one of them)."""
POINTS_PER_INCH = 72

SETTINGS: Final[Mapping[str, Any]] = {
    "svg.fonttype": "none",  # text that can be searched and is drawn by the page's font
    "svg.hashsalt": "signer",
    "font.family": ["DejaVu Sans"],  # comes with matplotlib: margins are the same on all machines
    "font.size": 12,
    "path.simplify": False,
    "text.color": INK,
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.8,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 0,
    "xtick.major.pad": 6,
    "ytick.major.size": 0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": LINES,
    "grid.linewidth": 0.8,
}

Paint = Callable[["Axes", bool], None]
"""Paints into axes; is told whether they are narrow."""


def require_matplotlib() -> None:
    """Raises ReportUnready where the extra is missing."""
    try:
        import matplotlib  # noqa: F401, PLC0415 (asks whether the extra is there)
    except ImportError as error:
        raise ReportUnready(
            "a report needs matplotlib, which is not installed; install it by pip install 'signer[report]'"
        ) from error


def draw(name: str, title: str, paint: Paint) -> Html:
    """Both variants of a chart; `name` is told by no other of the page, `title` is read out.

    Raises ReportUnready.
    """
    return joined(_drawn(f"{name}-{size}", title, size, paint) for size in SIZES)


def _drawn(name: str, title: str, size: str, paint: Paint) -> Html:
    require_matplotlib()
    logging.getLogger("matplotlib").setLevel(logging.WARNING)
    from matplotlib import rc_context  # noqa: PLC0415 (matplotlib is an extra)
    from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415 (matplotlib is an extra)
    from matplotlib.figure import Figure  # noqa: PLC0415 (matplotlib is an extra)

    width, height = SIZES[size]
    with rc_context(cast(Any, dict(SETTINGS))):
        figure = Figure(figsize=(width / POINTS_PER_INCH, height / POINTS_PER_INCH), layout="constrained")
        FigureCanvasSVG(figure)
        paint(figure.add_subplot(), size == "narrow")
        written = io.BytesIO()
        figure.savefig(written, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return inline_svg(written.getvalue(), name, title, f"chart {size}")
