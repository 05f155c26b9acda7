"""Pictures and PDFs of QR codes that tests make for themselves, by zxing-cpp, Pillow and reportlab."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import zxingcpp
from PIL import Image
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from signer.verifying.pictures import read_in

__all__ = ["code_picture", "sheet", "texts_in", "write_pdf"]


def code_picture(content: str | bytes, scale: int = 4) -> Image.Image:
    """A QR code in grey levels, at least at level Q, with its quiet zone; `scale` pixels a module."""
    barcode = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    return Image.fromarray(np.array(barcode.to_image(scale=scale)))


def sheet(texts: Sequence[str], n_columns: int, scale: int = 3) -> Image.Image:
    """A white page with the codes side by side, from left to right, then from top to bottom."""
    codes = [code_picture(text, scale) for text in texts]
    cell = max(code.width for code in codes) + 10
    n_rows = -(-len(codes) // n_columns)
    page = Image.new("L", (n_columns * cell, n_rows * cell), 255)
    for place, code in enumerate(codes):
        page.paste(code, (place % n_columns * cell, place // n_columns * cell))
    return page


def texts_in(picture: Image.Image) -> list[str]:
    """The texts of the codes in a picture."""
    return [text for text, _ in read_in(picture)]


def write_pdf(path: Path, pages: Sequence[Sequence[str]], side_mm: float = 30) -> Path:
    """A PDF of A4 pages, each with codes below each other, `side_mm` wide with their quiet zones."""
    canvas = Canvas(str(path))
    for texts in pages:
        canvas.drawString(20 * mm, 285 * mm, "page")
        for place, text in enumerate(texts):
            picture = ImageReader(code_picture(text))
            canvas.drawImage(
                picture, 20 * mm, (285 - (place + 1) * (side_mm + 5)) * mm, side_mm * mm, side_mm * mm
            )
        canvas.showPage()
    canvas.save()
    return path
