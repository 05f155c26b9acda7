"""HC1 texts from PDFs: pdfium draws each page, which then is read as a picture."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from PIL import Image

from signer.errors import CertificateInvalid, InputUnreadable
from signer.verifying.code import UNREADABLE, Code
from signer.verifying.pictures import MAX_PIXELS, texts_in

__all__ = ["codes_of_pdf"]

DPI: Final = 300
"""A code of version 17 whose diagonal is the shortest allowed, 35 mm, then has 3.4 pixels a module."""
POINTS_AN_INCH: Final = 72
"""Unit of a page's size (ISO 32000-1, 8.3.2.3)."""

Found = str | CertificateInvalid


def codes_of_pdf(path: Path) -> Iterator[Code]:
    """Gives the codes on the pages of a PDF; pages without one are passed over, if another has one.

    A page that cannot be drawn is a failure of its own, and so is a file that is no PDF, is damaged, asks for
    a password or has no code at all. Raises OSError, and InputUnreadable where pypdfium2 is not installed.
    """
    row = 0
    for page, found in _found_in(path):
        if isinstance(found, CertificateInvalid):
            yield Code("", str(path), None, page, found)
        else:
            row += 1
            yield Code(found, str(path), row, page)


def _found_in(path: Path) -> Iterator[tuple[int | None, Found]]:
    """Texts and failures with the number of their page, None for a failure of the whole file."""
    pdfium = _pdfium()
    path.open("rb").close()  # raises OSError, where pdfium would speak of a damaged file
    is_empty = True
    try:
        with closing(pdfium.PdfDocument(path)) as document:
            for number in range(len(document)):
                for found in _found_on(document, number, pdfium.PdfiumError):
                    is_empty = False
                    yield number + 1, found
    except pdfium.PdfiumError:
        yield None, CertificateInvalid(UNREADABLE, "the PDF is damaged or asks for a password")
        return
    if is_empty:
        yield None, CertificateInvalid(UNREADABLE, "no QR code was found in the PDF")


def _pdfium() -> ModuleType:
    """Imported when the first PDF comes: few have one, and it is an extra."""
    try:
        return importlib.import_module("pypdfium2")
    except ImportError as error:
        raise InputUnreadable(
            "reading a PDF needs the package pypdfium2: pip install 'signer[print]'"
        ) from error


def _found_on(document: Any, number: int, pdfium_error: type[Exception]) -> list[Found]:
    try:
        return [*texts_in(_drawn(document, number))]
    except pdfium_error:
        return [CertificateInvalid(UNREADABLE, "the page cannot be drawn")]
    except CertificateInvalid as failure:
        return [failure]


def _drawn(document: Any, number: int) -> Image.Image:
    """A page in grey levels, at DPI or, were that too large a picture, as finely as the pixels allow."""
    with closing(document[number]) as page:
        width, height = page.get_size()  # in points
        finest = (MAX_PIXELS / max(width * height, 1)) ** 0.5
        with closing(page.render(scale=min(DPI / POINTS_AN_INCH, finest), grayscale=True)) as bitmap:
            picture: Image.Image = bitmap.to_pil()
            return picture.copy()  # the bitmap's memory goes
