"""Certificates as PDF for the printer: four on an A4 sheet with cut marks, or one (docs/print.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pyarrow as pa

from signer._core import QrPainter
from signer.errors import PrintUnready
from signer.packing.delivery import Sheets
from signer.packing.drawing import draw_fitting
from signer.packing.fitness import LeftOut, NothingFits, reason_of
from signer.packing.sheet_content import ReadIssued, Unprintable
from signer.packing.sheet_fields import printed_text
from signer.packing.sheet_fitting import TextUnfit
from signer.packing.sheet_layout import LAYOUTS
from signer.records.pictures import PictureOptions

if TYPE_CHECKING:
    from signer.packing.sheet_drawing import SheetDrawing
    from signer.packing.sheet_fonts import Faces

__all__ = ["SheetPrinter", "require_print"]

_EXTRA: Final = ("reportlab", "font_roboto")
_ROWS: Final = 256
"""Symbols drawn at a time: each is a kilobyte."""


def require_print(font: Path | None) -> Faces:
    """The typefaces of `font`, or those of the extra `print`, checked for every letter that is needed.

    Raises PrintUnready where the packages of the extra are not installed, or the font cannot be used.
    """
    missing = [name for name in _EXTRA if find_spec(name) is None]
    if missing:
        raise PrintUnready(f"printing needs {' and '.join(missing)}: install signer with its extra [print]")
    from signer.packing.sheet_fonts import load_faces  # noqa: PLC0415 (needs the extra, this file does not)

    return load_faces(font)


class SheetPrinter:
    """Writes shards of sheets, one PDF each; `report` hears how many of a shard's rows are through.

    What is printed `read` takes out of a text. The font is read once. Serves one thread at a time. Raises
    PrintUnready as `require_print`.
    """

    def __init__(self, sheets: Sheets, read: ReadIssued, report: Callable[[int], None]) -> None:
        self._faces = require_print(sheets.font)
        from signer.packing import sheet_drawing  # noqa: PLC0415 (needs the extra, this file does not)

        self._drawing = sheet_drawing
        self._layout = LAYOUTS[sheets.layout]
        self._read = read
        self._report = report
        symbols = PictureOptions("bits", sheets.level, sheets.raise_level)
        self._painter = QrPainter(**symbols.as_painter())

    def __call__(self, rows: pa.Table, path: Path) -> list[LeftOut]:
        """Writes rows of the PACKED schema to one file, and gives those that cannot be printed.

        The same certificates, options and font give the same bytes. Raises NothingFits if nothing can be
        printed, and OSError.
        """
        left_out: list[LeftOut] = []
        with path.open("wb") as out:
            drawing = self._drawing.SheetDrawing(out, self._layout, self._faces)
            for certificate in self._certificates(rows):
                try:
                    self._print_one(certificate, drawing)
                except Unprintable as error:
                    left_out.append(LeftOut(certificate.uvci, certificate.shot_id or "", str(error)))
            if len(left_out) == len(rows):
                raise NothingFits(left_out)
            drawing.save()
        return left_out

    def _print_one(self, certificate: _Certificate, drawing: SheetDrawing) -> None:
        if certificate.hc1 is None or certificate.symbol is None:
            raise Unprintable(reason_of(certificate.hc1))
        content = self._read(certificate.hc1)
        if content.uvci != certificate.uvci:
            raise Unprintable("hc1 is the text of another certificate than uvci names; issue it anew")
        text = printed_text(content, certificate.nationality, certificate.lot)
        if not self._faces.can_show("".join([*text.values, text.foot])):
            raise Unprintable("the font lacks a letter of it; name another with --font")
        try:
            fitted = self._drawing.fit_certificate(text, self._layout, self._faces)
        except TextUnfit as error:
            raise Unprintable("a field is too long for its box; print it with --layout single") from error
        drawing.draw(fitted, certificate.symbol)

    def _certificates(self, rows: pa.Table) -> Iterator[_Certificate]:
        """The rows one by one; once the next batch is begun, the one before is through."""
        for first in range(0, len(rows), _ROWS):
            batch = rows.slice(first, _ROWS)
            symbols = draw_fitting(self._painter, batch.column("hc1").combine_chunks())
            columns = [batch.column(name).to_pylist() for name in _Certificate._fields[:-1]]
            yield from map(_Certificate, *columns, symbols)
            self._report(first + len(batch))


class _Certificate(NamedTuple):
    """One row, as far as it is printed."""

    uvci: str
    shot_id: str | None
    hc1: str | None
    nationality: str | None
    lot: str | None
    symbol: bytes | None
