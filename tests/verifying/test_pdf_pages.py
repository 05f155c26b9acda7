"""Reading QR codes from the pages of PDFs."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from made_pictures import code_picture, write_pdf
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from signer.errors import InputUnreadable
from signer.verifying.code import Code
from signer.verifying.codes import read_codes
from signer.verifying.pdf_pages import codes_of_pdf

LONG = "HC1:" + "NCFOXN%TS3DH0RGPJB/IB-OM7533SR7694RI3XH8" * 13 + " "
"""As long as a certificate of version 17, and ends in a blank."""


def failure_of(path: Path) -> Code:
    (code,) = codes_of_pdf(path)
    assert code.failure is not None
    assert (code.text, code.row, code.failure.reason) == ("", None, "unreadable")
    return code


def test_codes_of_all_pages_are_numbered_through_and_their_page_is_named(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "sheets.PDF", [["HC1:A ", "HC1:B"], [], ["HC1:C"]])
    assert [code._replace(symbol=None) for code in read_codes(str(path))] == [
        Code("HC1:A ", str(path), 1, 1),
        Code("HC1:B", str(path), 2, 1),
        Code("HC1:C", str(path), 3, 3),
    ]


def test_pages_without_a_code_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write_pdf(tmp_path / "sheets.pdf", [["HC1:A"], [], ["HC1:C"], []])
    assert len(list(codes_of_pdf(path))) == 2
    assert caplog.messages == [f"{path}: no QR code on 2 of 4 pages, page 2 first"]


def test_a_long_code_of_the_shortest_diagonal_allowed_is_read(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "sheet.pdf", [[LONG] * 4], side_mm=35 / 2**0.5)
    assert [code.text for code in codes_of_pdf(path)] == [LONG] * 4


def test_a_pdf_without_a_code_is_one_failure(tmp_path: Path) -> None:
    code = failure_of(write_pdf(tmp_path / "sheet.pdf", [[], []]))
    assert code.page is None
    assert "no QR code" in str(code.failure)


def test_a_damaged_pdf_is_one_failure(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "sheet.pdf", [["HC1:A"]])
    whole = path.read_bytes()
    for content in (b"", b"no PDF", whole[:100]):
        path.write_bytes(content)
        assert "damaged" in str(failure_of(path).failure)


def test_a_pdf_that_asks_for_a_password_is_one_failure(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "sheet.pdf"), encrypt=StandardEncryption("secret"))
    canvas.drawString(100, 100, "page")
    canvas.save()
    assert "password" in str(failure_of(tmp_path / "sheet.pdf").failure)


def test_a_page_that_is_missing_costs_no_other(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "sheet.pdf", [["HC1:A"], ["HC1:B"], ["HC1:C"]])
    content = path.read_bytes()
    second = content.index(b"/Type /Page\n", content.index(b"/Type /Page\n") + 1)
    path.write_bytes(content[:second] + b"/Type /Pige\n" + content[second + 12 :])
    first, bad, last = codes_of_pdf(path)
    assert [(code.text, code.row, code.page) for code in (first, last)] == [("HC1:A", 1, 1), ("HC1:C", 2, 3)]
    assert bad.failure is not None
    assert (bad.row, bad.page, str(bad.failure)) == (None, 2, "the page cannot be drawn")


@pytest.mark.parametrize("side_points", [14_400, 100_000])  # 5 and 35 m
def test_a_page_of_any_size_is_drawn_within_the_pixels_allowed(tmp_path: Path, side_points: int) -> None:
    canvas = Canvas(str(tmp_path / "sheet.pdf"), pagesize=(side_points, side_points))
    canvas.drawInlineImage(code_picture("HC1:A"), 0, 0, side_points, side_points)
    canvas.save()
    assert [code.text for code in codes_of_pdf(tmp_path / "sheet.pdf")] == ["HC1:A"]


def test_a_page_like_a_thread_is_drawn_no_longer_than_the_reader_takes(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "sheet.pdf"), pagesize=(10, 1_000_000))
    canvas.drawString(0, 0, "page")
    canvas.save()
    assert "no QR code" in str(failure_of(tmp_path / "sheet.pdf").failure)


def test_random_damage_gives_a_text_or_a_failure(tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    path = write_pdf(tmp_path / "sheet.pdf", [["HC1:A"]])
    whole = path.read_bytes()
    for _ in range(30):
        content = bytearray(whole)
        for _ in range(draw.randint(1, 6)):
            content[draw.randrange(len(content))] = draw.choice(b"0123456789 <>[]/\xff")
        path.write_bytes(content)
        assert all(code.text or code.failure for code in codes_of_pdf(path))


def test_a_pdf_without_the_package_that_reads_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_pdf(tmp_path / "sheet.pdf", [["HC1:A"]])
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(InputUnreadable, match=r"its extra \[print\]"):
        list(read_codes(str(path)))


def test_the_package_is_imported_for_a_pdf_only() -> None:
    program = "import signer.verifying.codes, sys; print('pypdfium2' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "False\n"


def test_a_pdf_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "sheet.pdf").mkdir()
    (code,) = read_codes(str(tmp_path))
    assert str(code.failure) == "the file cannot be read: not a regular file"
    (tmp_path / "gone.pdf").symlink_to(tmp_path / "nowhere.pdf")
    with pytest.raises(InputUnreadable, match=r"gone\.pdf: no such file"):
        list(read_codes(str(tmp_path / "gone.pdf")))
