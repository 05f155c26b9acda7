"""Rendered pages: every symbol decodes to its hc1, has the size of the standard, and is exact to the dot."""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import hypot
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from printed_people import Person, need_poppler, pages_of, print_to, rows_of
from reference.little_issuer import LittleIssuer

from signer._core import QrSymbol, qr_symbol

pytest.importorskip("reportlab", reason="the extra [print] is not installed")
zxingcpp = pytest.importorskip("zxingcpp", reason="zxing-cpp is not installed")
QR_CODE = zxingcpp.BarcodeFormat.QRCode  # lines of print may pass for a bar code of few letters

Page = np.ndarray[Any, Any]
PEOPLE = [
    Person(given=f"Thị Hường {'Nhung ' * (number % 5)}", birth=str(1950 + number)) for number in range(9)
]
QUIET = 4


@pytest.fixture(scope="module", autouse=True)
def _rendered() -> None:
    need_poppler()


def printed(path: Path, rows: pa.Table, **options: Any) -> Path:
    assert print_to(path, rows, **options) == []
    return path


def texts_in(pages: Sequence[Page]) -> list[str]:
    """The codes of all pages, those of a page from its top."""
    found = []
    for page in pages:
        codes = zxingcpp.read_barcodes(page, QR_CODE)
        codes.sort(key=lambda code: (round(code.position.top_left.y / 200), code.position.top_left.x))
        found += [code.text for code in codes]
    return found


def painted(symbol: QrSymbol) -> Page:
    """A symbol with its quiet zone, 0 for dark, one number a module."""
    row_bytes = (symbol.side + 7) // 8
    rows = np.frombuffer(symbol.bits, np.uint8).reshape(symbol.side, row_bytes)
    dark = np.unpackbits(rows, axis=1)[:, : symbol.side]
    return np.pad(np.where(dark, 0, 255).astype(np.uint8), QUIET, constant_values=255)


def dots_where_exact(page: Page, symbol: QrSymbol, text: str) -> int:
    """Dots of a module of the symbol with this text; every single one of them is as it should be."""
    (code,) = [code for code in zxingcpp.read_barcodes(page, QR_CODE) if code.text == text]
    corner, opposite = code.position.top_left, code.position.bottom_right
    dots = round((opposite.x - corner.x) / symbol.side)
    wanted = np.kron(painted(symbol), np.ones((dots, dots), np.uint8))
    near = [(corner.y - QUIET * dots + down, corner.x - QUIET * dots + right) for down in range(-6, 7)
            for right in range(-6, 7)]  # fmt: skip
    side = len(wanted)
    exact = [at for at in near if np.array_equal(page[at[0] : at[0] + side, at[1] : at[1] + side], wanted)]
    assert len(exact) == 1
    return dots


@pytest.mark.parametrize(("layout", "n_people"), [("sheet", 6), ("single", 2)])
@pytest.mark.parametrize("dpi", [150, 300])
def test_every_code_decodes_to_its_certificate(tmp_path: Path, layout: str, n_people: int, dpi: int) -> None:
    rows = rows_of(PEOPLE[:n_people])
    pages = pages_of(printed(tmp_path / "some.pdf", rows, layout=layout), dpi)
    assert texts_in(pages) == rows["hc1"].to_pylist()


@pytest.mark.parametrize("layout", ["sheet", "single"])
def test_at_300_dpi_every_dot_of_every_module_is_black_or_white_as_it_should_be(
    tmp_path: Path, layout: str
) -> None:
    rows = rows_of(PEOPLE[:5] if layout == "sheet" else PEOPLE[:2])
    pages = pages_of(printed(tmp_path / "some.pdf", rows, layout=layout), 300)
    for number, text in enumerate(rows["hc1"].to_pylist()):
        page = pages[number // 4 if layout == "sheet" else number]
        symbol = qr_symbol(text, level="Q")
        dots = dots_where_exact(page, symbol, text)
        assert 35 <= hypot(symbol.side, symbol.side) * dots / 300 * 25.4 <= 60


@pytest.mark.parametrize(("level", "letters", "dots"), [("Q", 80, 4), ("H", 500, 3), ("Q", 1640, 2)])
def test_larger_symbols_are_exact_too(tmp_path: Path, level: str, letters: int, dots: int) -> None:
    """About 910 characters (issuers with RSA keys have 850), 1,330 and 2,330, down to two dots a module."""
    filling = random.Random(letters).randbytes(letters // 2).hex()
    rows = rows_of([Person(entry={"co": filling})], LittleIssuer("rsa2048"))
    (text,) = rows["hc1"].to_pylist()
    (page,) = pages_of(printed(tmp_path / "one.pdf", rows, level=level), 300)
    symbol = qr_symbol(text, level=level)
    assert dots_where_exact(page, symbol, text) == dots
    assert 35 <= hypot(symbol.side, symbol.side) * dots / 300 * 25.4 <= 60
    if dots >= 4:  # at 150 dpi three dots leave one and a half pixels a module
        assert texts_in(pages_of(tmp_path / "one.pdf", 150)) == [text]


def test_the_position_that_a_reader_finds_measures_35_to_60_mm(tmp_path: Path) -> None:
    (page,) = pages_of(printed(tmp_path / "four.pdf", rows_of(PEOPLE[:4])), 300)
    for code in zxingcpp.read_barcodes(page, QR_CODE):
        corner, opposite = code.position.top_left, code.position.bottom_right
        assert 35 <= hypot(opposite.x - corner.x, opposite.y - corner.y) / 300 * 25.4 <= 60


def test_a_raised_level_is_printed(tmp_path: Path) -> None:
    rows = rows_of([Person()])
    (text,) = rows["hc1"].to_pylist()
    (page,) = pages_of(printed(tmp_path / "one.pdf", rows, level="L", raise_level=True), 300)
    dots_where_exact(page, qr_symbol(text, level="L", raise_level=True), text)


def test_what_is_cut_along_the_marks_is_one_certificate_each(tmp_path: Path) -> None:
    rows = rows_of(PEOPLE[:4])
    (page,) = pages_of(printed(tmp_path / "four.pdf", rows), 300)
    height, width = page.shape
    cut = [page[:height // 2, :width // 2], page[:height // 2, width // 2:],
           page[height // 2:, :width // 2], page[height // 2:, width // 2:]]  # fmt: skip
    assert [zxingcpp.read_barcodes(np.ascontiguousarray(piece), QR_CODE)[0].text for piece in cut] == rows[
        "hc1"
    ].to_pylist()
    assert (page[:100, width // 2 - 1 : width // 2 + 1] < 128).any(axis=1).all()
    assert (page[height // 2 - 1 : height // 2 + 1, :100] < 128).any(axis=0).all()
