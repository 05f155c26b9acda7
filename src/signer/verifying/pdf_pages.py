"""HC1 texts from PDFs: pdfium draws each page, which then is read as a picture."""

from __future__ import annotations

import importlib
import logging
import math
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from PIL import Image

from signer.errors import CertificateInvalid, InputUnreadable
from signer.regular import open_regular
from signer.verifying.code import UNREADABLE, Code
from signer.verifying.pictures import MAX_PIXELS, MAX_SIDE, Read, read_in

__all__ = ["codes_of_pdf"]

log = logging.getLogger(__name__)

DPI: Final = 300
"""A code of version 17 whose diagonal is the shortest allowed, 35 mm, then has 3.4 pixels a module."""
POINTS_AN_INCH: Final = 72
"""Unit of a page's size (ISO 32000-1, 8.3.2.3)."""

Found = Read | CertificateInvalid


def codes_of_pdf(path: Path) -> Iterator[Code]:
    """Gives the codes on the pages of a PDF; pages without one are told in the log, if another has one.

    A page that cannot be drawn is a failure of its own, and so is a file that is no PDF, is damaged, asks for
    a password or has no code at all. Raises OSError, and InputUnreadable where pypdfium2 is not installed.
    """
    row = 0
    for page, found in _found_in(path):
        if isinstance(found, CertificateInvalid):
            yield Code("", str(path), None, page, found)
        else:
            row += 1
            text, symbol = found
            yield Code(text, str(path), row, page, symbol=symbol)


def _found_in(path: Path) -> Iterator[tuple[int | None, Found]]:
    """Codes and failures with the number of their page, None for a failure of the whole file."""
    pdfium = _pdfium()
    open_regular(path).close()  # raises OSError, where pdfium would speak of a damaged file
    n_pages, empty = 0, []
    try:
        with closing(pdfium.PdfDocument(path)) as document:
            n_pages = len(document)
            for page in range(1, n_pages + 1):
                on_page = _found_on(document, page, pdfium.PdfiumError)
                yield from ((page, found) for found in on_page)
                empty += [] if on_page else [page]
    except pdfium.PdfiumError:
        yield None, CertificateInvalid(UNREADABLE, "the PDF is damaged or asks for a password")
        return
    if len(empty) == n_pages:
        yield None, CertificateInvalid(UNREADABLE, "no QR code was found in the PDF")
    elif empty:
        log.warning("%s: no QR code on %d of %d pages, page %d first", path, len(empty), n_pages, empty[0])


def _pdfium() -> ModuleType:
    """Imported when the first PDF comes: few have one, and it is an extra."""
    try:
        return importlib.import_module("pypdfium2")
    except ImportError as error:
        raise InputUnreadable(
            "reading a PDF needs the package pypdfium2: install signer with its extra [print]"
        ) from error


def _found_on(document: Any, page: int, pdfium_error: type[Exception]) -> list[Found]:
    try:
        return [*read_in(_drawn(document, page))]
    except pdfium_error:
        return [CertificateInvalid(UNREADABLE, "the page cannot be drawn")]
    except CertificateInvalid as failure:
        return [failure]


def _drawn(document: Any, page: int) -> Image.Image:
    with (
        closing(document[page - 1]) as content,
        closing(content.render(scale=_scale(*content.get_size()), grayscale=True)) as bitmap,
    ):
        picture: Image.Image = bitmap.to_pil()
        return picture.copy()  # the bitmap's memory goes


def _scale(width: float, height: float) -> float:
    """Pixels a point: as many as DPI or, were that too large a picture, as are allowed."""
    of_area = math.sqrt(MAX_PIXELS / max(width * height, 1))
    of_side = (MAX_SIDE - 1) / max(width, height, 1)
    return min(DPI / POINTS_AN_INCH, of_area, of_side)
