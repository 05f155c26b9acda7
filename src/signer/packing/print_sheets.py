"""Certificates as PDF for the printer: four on an A4 sheet with cut marks, or one (docs/print.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Literal, NamedTuple

import pyarrow as pa

from signer._core import QrPainter
from signer.errors import PrintUnready, QrTextUnfit
from signer.packing.sheet_fields import printed_text
from signer.packing.sheet_fitting import TextUnfit
from signer.packing.sheet_layout import LAYOUTS
from signer.packing.sheet_reading import UnreadableText, read_issued
from signer.records.pictures import PictureOptions

if TYPE_CHECKING:
    from signer.packing.sheet_drawing import SheetDrawing

__all__ = ["LeftOut", "PrintOptions", "SheetPrinter", "SheetsWritten", "require_print_extra"]

_EXTRA: Final = ("reportlab", "font_roboto")
_COLUMNS: Final = ("uvci", "hc1", "nationality", "lot")
_ROWS: Final = 256
"""Symbols drawn at a time: each is a kilobyte."""


@dataclass(frozen=True, slots=True)
class PrintOptions:
    """`layout`: four on a page, or one; `level`, `raise_level` as in `PictureOptions`.

    `font` is a TrueType file for all text, None for the font that comes with the extra.
    """

    layout: Literal["sheet", "single"] = "sheet"
    level: Literal["L", "M", "Q", "H"] = "Q"
    raise_level: bool = False
    font: Path | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A certificate that could not be printed, and why; no personal data."""

    uvci: str
    reason: str


@dataclass(frozen=True, slots=True)
class SheetsWritten:
    """What a file holds, and what it does not."""

    n_certificates: int
    n_pages: int
    left_out: list[LeftOut]


def require_print_extra() -> None:
    """Raises PrintUnready where the packages of the extra `print` are not installed."""
    missing = [name for name in _EXTRA if find_spec(name) is None]
    if missing:
        raise PrintUnready(f"printing needs {' and '.join(missing)}: pip install 'signer[print]'")


class SheetPrinter:
    """Prints certificates, one PDF a shard; the font is read once, and checked before anything is written.

    Serves one thread at a time. Raises PrintUnready: the extra is not installed, or the font cannot be used.
    """

    def __init__(self, options: PrintOptions = PrintOptions()) -> None:
        require_print_extra()
        # Not above: what is in this file can be imported without the extra.
        from signer.packing import sheet_drawing, sheet_fonts  # noqa: PLC0415

        self._layout = LAYOUTS[options.layout]
        self._drawing = sheet_drawing
        self._faces = sheet_fonts.load_faces(options.font)
        symbols = PictureOptions("bits", options.level, options.raise_level)
        self._painter = QrPainter(**symbols.as_painter())

    def write(self, batches: Iterable[pa.RecordBatch], out: BinaryIO) -> SheetsWritten:
        """Writes one PDF of all certificates of `batches`, in their order, and says which are not in it.

        Of each batch the columns `uvci` and `hc1` are used and, where it has them, `nationality` and `lot`
        (strings, null where not known). The same certificates, options and font give the same bytes. Nothing
        is written where no certificate can be printed. Raises OSError.
        """
        drawing = self._drawing.SheetDrawing(out, self._layout, self._faces)
        left_out: list[LeftOut] = []
        n_certificates = 0
        for certificate in self._certificates(batches):
            try:
                self._print_one(certificate, drawing)
                n_certificates += 1
            except (UnreadableText, _Unprintable) as error:
                left_out.append(LeftOut(certificate.uvci, str(error)))
        if n_certificates:
            drawing.save()
        return SheetsWritten(n_certificates, drawing.n_pages, left_out)

    def _print_one(self, certificate: _Certificate, drawing: SheetDrawing) -> None:
        content = read_issued(certificate.hc1)
        if content.uvci != certificate.uvci:
            raise _Unprintable("the text is that of another certificate")
        text = printed_text(content, certificate.nationality, certificate.lot)
        if not self._faces.can_show("".join([*text.values, text.foot])):
            raise _Unprintable("the font lacks a letter of it")
        if certificate.symbol is None:
            raise _Unprintable("the text fits no QR symbol")
        try:
            fitted = self._drawing.fit_certificate(text, self._layout, self._faces)
        except TextUnfit as error:
            raise _Unprintable("a field is too long for its box") from error
        drawing.draw(fitted, certificate.symbol)

    def _certificates(self, batches: Iterable[pa.RecordBatch]) -> Iterator[_Certificate]:
        for batch in batches:
            for rows in (batch.slice(start, _ROWS) for start in range(0, batch.num_rows, _ROWS)):
                uvcis, texts, *others = (_strings(rows, name) for name in _COLUMNS)
                symbols = self._symbols(texts)
                for uvci, hc1, symbol, *shot in zip(uvcis, texts, symbols, *others, strict=True):
                    yield _Certificate(uvci or "", hc1 or "", symbol, *shot)

    def _symbols(self, texts: Sequence[str | None]) -> list[bytes | None]:
        """Rasters of all texts; None where a text is none or fits no symbol."""
        try:
            rasters: list[bytes | None] = self._painter.draw(pa.array(texts, pa.string())).to_pylist()
        except QrTextUnfit:
            if len(texts) == 1:
                return [None]
            return [raster for text in texts for raster in self._symbols([text])]
        return rasters


class _Unprintable(Exception):
    """Why a certificate that can be read cannot be printed."""


class _Certificate(NamedTuple):
    """One row, as far as it is printed."""

    uvci: str
    hc1: str
    symbol: bytes | None
    nationality: str | None
    lot: str | None


def _strings(batch: pa.RecordBatch, name: str) -> list[str | None]:
    """A column of a batch, all null where it has none of that name."""
    if name not in batch.schema.names:
        return [None] * batch.num_rows
    values: list[str | None] = batch.column(name).to_pylist()
    return values
