"""Draws certificates onto the pages of one PDF, all in dots."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Final

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from signer.packing.sheet_fields import LABELS, TITLE, PrintedText
from signer.packing.sheet_fitting import LEADING, FittedText, fit
from signer.packing.sheet_fonts import Face, Faces
from signer.packing.sheet_layout import DOT_PT, PAGE_HEIGHT, PAGE_WIDTH, SYMBOL_BOX, Layout
from signer.packing.sheet_symbol import dots_per_module, side_of, symbol_operators

__all__ = ["FittedCertificate", "SheetDrawing", "fit_certificate"]

_LABELS_FORM: Final = "labels"
_GREY: Final = 0.35
_PALE_GREY: Final = 0.8
_ASCENT: Final = 0.9
"""Of the size of a text: from the top of a line to the foot of its letters."""

FittedCertificate = tuple[tuple[FittedText, ...], FittedText]
"""The eleven values and the line at the foot of one certificate."""


def fit_certificate(text: PrintedText, layout: Layout, faces: Faces) -> FittedCertificate:
    """Finds the sizes and lines of all texts of a certificate. Raises TextUnfit."""
    name, *others = text.values
    values = [fit(name, layout.inner_width, layout.name_height, 1.3 * layout.text, faces.value.width)]
    height = layout.row_height - layout.text // 10
    values += [fit(value, layout.value_width, height, layout.text, faces.value.width) for value in others]
    foot = fit(text.foot, layout.inner_width, 1.3 * layout.text, 0.55 * layout.text, faces.value.width)
    return tuple(values), foot


@contextmanager
def _binary_streams() -> Iterator[None]:
    """Or every stream would become text, a quarter larger. The setting is one of the whole process."""
    usual = rl_config.useA85
    rl_config.useA85 = 0
    try:
        yield
    finally:
        rl_config.useA85 = usual


class SheetDrawing:
    """One PDF in the making; `save` writes it, which may be done once."""

    def __init__(self, out: BinaryIO, layout: Layout, faces: Faces) -> None:
        self._layout = layout
        self._faces = faces
        self._place = 0
        self._n_pages = 0
        self._canvas: Any = Canvas(
            out,
            pagesize=(PAGE_WIDTH * DOT_PT, PAGE_HEIGHT * DOT_PT),
            pageCompression=1,
            invariant=1,
            lang="vi",
            initialFontName=faces.label.name,
        )
        self._canvas.setTitle("Vaccination certificates")
        self._canvas.setAuthor("")
        self._canvas.setSubject("")
        self._canvas.setCreator("signer")
        self._canvas.setViewerPreference("PrintScaling", "None")
        self._draw_labels()

    @property
    def n_pages(self) -> int:
        """Pages begun so far."""
        return self._n_pages

    def draw(self, certificate: FittedCertificate, symbol: bytes) -> None:
        """Puts a certificate and its symbol's raster into the next free cell, on a new page if need be."""
        if self._place == 0:
            self._begin_page()
        left, top = self._layout.origin(self._place)
        self._canvas.saveState()
        self._canvas.translate(left, PAGE_HEIGHT - top - self._layout.cell_height)
        self._canvas.doForm(_LABELS_FORM)
        self._draw_symbol(symbol)
        self._draw_values(*certificate)
        self._canvas.restoreState()
        self._place = (self._place + 1) % self._layout.cells
        if self._place == 0:
            self._canvas.showPage()

    def save(self) -> None:
        """Writes the file; the last page need not be full."""
        if self._place:
            self._canvas.showPage()
        with _binary_streams():
            self._canvas.save()

    def _begin_page(self) -> None:
        self._n_pages += 1
        self._canvas.scale(DOT_PT, DOT_PT)
        self._canvas.setLineWidth(1)
        self._canvas.lines([(x, PAGE_HEIGHT - y, u, PAGE_HEIGHT - v) for x, y, u, v in self._layout.cuts()])

    def _draw_labels(self) -> None:
        """What all certificates have in common, kept once in the file."""
        layout, face = self._layout, self._faces.label
        self._canvas.beginForm(_LABELS_FORM, 0, 0, layout.cell_width, layout.cell_height)
        middle = layout.cell_width / 2
        self._centre(TITLE[0], middle, layout.title_top, 1.35 * layout.text, self._faces.value)
        self._centre(TITLE[1], middle, layout.title_top + 1.6 * layout.text, 0.9 * layout.text, face)
        self._canvas.setFillGray(_GREY)
        size = 0.62 * layout.text
        self._write((" / ".join(LABELS[0]),), layout.margin, layout.name_top, size, face)
        for row, label in enumerate(LABELS[1:]):
            self._write_in_row(row, FittedText(label, size), layout.margin, face)
        self._canvas.setStrokeGray(_PALE_GREY)
        self._canvas.lines([self._line_above(row) for row in range(len(LABELS))])
        self._canvas.endForm()

    def _draw_symbol(self, symbol: bytes) -> None:
        """In the middle of its box, on whole dots."""
        side = side_of(symbol) * dots_per_module(side_of(symbol))
        left = (self._layout.cell_width - side) // 2
        top = self._layout.symbol_top + (SYMBOL_BOX - side) // 2
        self._canvas.addLiteral(symbol_operators(symbol, left, self._layout.cell_height - top - side))

    def _draw_values(self, values: tuple[FittedText, ...], foot: FittedText) -> None:
        layout, face = self._layout, self._faces.value
        name, *others = values
        self._write(name.lines, layout.margin, layout.name_top + 0.8 * layout.text, name.size, face)
        left = layout.margin + layout.label_width
        for row, value in enumerate(others):
            self._write_in_row(row, value, left, face)
        below = layout.rows_top + len(others) * layout.row_height + layout.text // 3
        self._write(foot.lines, layout.margin, below, foot.size, face)

    def _line_above(self, row: int) -> tuple[int, int, int, int]:
        y = self._layout.cell_height - self._layout.rows_top - row * self._layout.row_height
        return self._layout.margin, y, self._layout.cell_width - self._layout.margin, y

    def _write_in_row(self, row: int, text: FittedText, left: float, face: Face) -> None:
        """In the middle of the height of a row."""
        blank = self._layout.row_height - len(text.lines) * text.size * LEADING
        top = self._layout.rows_top + row * self._layout.row_height + blank / 2
        self._write(text.lines, left, top, text.size, face)

    def _write(self, lines: tuple[str, ...], left: float, top: float, size: float, face: Face) -> None:
        text = self._canvas.beginText(left, self._layout.cell_height - top - _ASCENT * size)
        text.setFont(face.name, size, LEADING * size)
        for line in lines:
            text.textLine(line)
        self._canvas.drawText(text)

    def _centre(self, line: str, middle: float, top: float, size: float, face: Face) -> None:
        self._write((line,), middle - face.width(line) * size / 2, top, size, face)
