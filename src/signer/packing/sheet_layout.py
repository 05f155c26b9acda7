"""Where things stand on a page: all in dots of 1/300 inch from the upper left corner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

__all__ = ["DOT_PT", "LAYOUTS", "PAGE_HEIGHT", "PAGE_WIDTH", "SYMBOL_BOX", "Layout"]

DOT_PT: Final = 0.24
"""Points (1/72 inch) of a dot."""

PAGE_WIDTH: Final = 2480
PAGE_HEIGHT: Final = 3508
"""A4 in whole dots, so that the grid of dots starts in all four corners: 209.97 × 297.01 mm."""

SYMBOL_BOX: Final = 580
"""Side of the square kept for a QR symbol and its quiet zone."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How many certificates a page has, and how a cell is divided; the sizes of text follow from `text`.

    `text` is the size of the values; below the symbol stand the name in a box of its own and a row for every
    other field, labels to the left.
    """

    columns: int
    rows: int
    margin: int
    title_top: int
    text: int
    row_height: int
    label_width: int

    @property
    def cell_width(self) -> int:
        return PAGE_WIDTH // self.columns

    @property
    def cell_height(self) -> int:
        return PAGE_HEIGHT // self.rows

    @property
    def cells(self) -> int:
        """Certificates a page."""
        return self.columns * self.rows

    @property
    def inner_width(self) -> int:
        return self.cell_width - 2 * self.margin

    @property
    def value_width(self) -> int:
        return self.inner_width - self.label_width

    @property
    def symbol_top(self) -> int:
        return self.title_top + 3 * self.text

    @property
    def name_top(self) -> int:
        return self.symbol_top + SYMBOL_BOX + self.text // 4

    @property
    def name_height(self) -> int:
        """Of the box below the label of the name."""
        return 5 * self.text // 2

    @property
    def rows_top(self) -> int:
        return self.name_top + self.text + self.name_height

    def origin(self, place: int) -> tuple[int, int]:
        """Upper left corner of the cell of the certificate number `place` on a page, row by row."""
        row, column = divmod(place, self.columns)
        return column * self.cell_width, row * self.cell_height

    def cuts(self) -> Iterator[tuple[int, int, int, int]]:
        """Cut marks as lines (x, y, x, y): where a cut meets the edge of the page, and where cuts cross."""
        across = [column * self.cell_width for column in range(1, self.columns)]
        down = [row * self.cell_height for row in range(1, self.rows)]
        for x in across:
            yield from ((x, y - CUT, x, y + CUT) for y in (0, *down, PAGE_HEIGHT))
        for y in down:
            yield from ((x - CUT, y, x + CUT, y) for x in (0, *across, PAGE_WIDTH))


CUT: Final = 120
"""Half the length of a cut mark: 10 mm, as most printers leave 4 mm of the edge white."""

LAYOUTS: Final = {
    "sheet": Layout(
        columns=2, rows=2, margin=80, title_top=80, text=40, row_height=70, label_width=455
    ),  # four of A6
    "single": Layout(columns=1, rows=1, margin=280, title_top=300, text=64, row_height=150, label_width=780),
}
