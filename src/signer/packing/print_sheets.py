"""Certificates as PDF for the printer: four on an A4 sheet with cut marks, or one (docs/print.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Literal, NamedTuple

import pyarrow as pa

from signer._core import qr_symbol
from signer.errors import QrTextUnfit, SignerError
from signer.packing.sheet_fields import printed_text
from signer.packing.sheet_fitting import TextUnfit
from signer.packing.sheet_layout import LAYOUTS
from signer.packing.sheet_reading import UnreadableText, read_issued

if TYPE_CHECKING:
    from signer.packing.sheet_drawing import SheetDrawing

__all__ = ["LeftOut", "PrintOptions", "SheetPrinter", "SheetsWritten", "require_print_extra"]

_EXTRA: Final = ("reportlab", "font_roboto")


@dataclass(frozen=True, slots=True)
class PrintOptions:
    """`layout`: four on a page, or one; `level`, `raise_level` as in `_core.qr_symbol`.

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
    """Raises SignerError where the packages of the extra `print` are not installed."""
    missing = [name for name in _EXTRA if find_spec(name) is None]
    if missing:
        raise SignerError(f"printing needs {' and '.join(missing)}: pip install 'signer[print]'")


class SheetPrinter:
    """Prints certificates, one PDF a shard; the font is read once, and checked before anything is written.

    Raises SignerError: the extra is not installed, or the font cannot be used.
    """

    def __init__(self, options: PrintOptions = PrintOptions()) -> None:
        require_print_extra()
        # Not above: what is in this file can be imported without the extra.
        from signer.packing import sheet_drawing, sheet_fonts  # noqa: PLC0415

        self._options = options
        self._layout = LAYOUTS[options.layout]
        self._drawing = sheet_drawing
        self._faces = sheet_fonts.load_faces(options.font)

    def write(self, batches: Iterable[pa.RecordBatch], out: BinaryIO) -> SheetsWritten:
        """Writes one PDF of all certificates of `batches`, in their order, and says which are not in it.

        Of each batch the columns `uvci` and `hc1` are used and, where it has them, `nationality` and `lot`
        (strings, null where not known). The same certificates, options and font give the same bytes. Nothing
        is written where no certificate can be printed. Raises OSError.
        """
        drawing = self._drawing.SheetDrawing(out, self._layout, self._faces)
        left_out: list[LeftOut] = []
        n_certificates = 0
        for certificate in _certificates(batches):
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
        try:
            fitted = self._drawing.fit_certificate(text, self._layout, self._faces)
            symbol = qr_symbol(
                certificate.hc1, level=self._options.level, raise_level=self._options.raise_level
            )
        except TextUnfit as error:
            raise _Unprintable("a field is too long for its box") from error
        except QrTextUnfit as error:
            raise _Unprintable("the text fits no QR symbol") from error
        drawing.draw(fitted, symbol)


class _Unprintable(Exception):
    """Why a certificate that can be read cannot be printed."""


class _Certificate(NamedTuple):
    """One row, as far as it is printed."""

    uvci: str
    hc1: str
    nationality: str | None
    lot: str | None


def _certificates(batches: Iterable[pa.RecordBatch]) -> Iterator[_Certificate]:
    for batch in batches:
        columns = (_strings(batch, name) for name in _Certificate._fields)
        for uvci, hc1, nationality, lot in zip(*columns, strict=True):
            yield _Certificate(uvci or "", hc1 or "", nationality, lot)


def _strings(batch: pa.RecordBatch, name: str) -> list[str | None]:
    """A column of a batch, all null where it has none of that name."""
    if name not in batch.schema.names:
        return [None] * batch.num_rows
    values: list[str | None] = batch.column(name).to_pylist()
    return values
