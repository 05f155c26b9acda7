"""PDFs of certificates: the eleven fields are there as text, the same input gives the same bytes."""

from __future__ import annotations

import io
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from printed_people import ISSUER, Person, batch_of, need_poppler, output_of, words_of
from reference.little_issuer import vaccination

from signer import _core
from signer.errors import SignerError
from signer.packing import print_sheets
from signer.packing.print_sheets import (
    LeftOut,
    PrintOptions,
    SheetPrinter,
    SheetsWritten,
    require_print_extra,
)
from signer.records.products import NATIONAL_NAMES, resolve_products
from signer.synthetic.nation import write_nation

pytest.importorskip("reportlab", reason="the extra [print] is not installed")
font_roboto = pytest.importorskip("font_roboto", reason="the extra [print] is not installed")

LONGEST = Person("Trương " * 11 + "Đoà", "Nguyễn" * 13 + "ễễ")  # 80 characters each
PEOPLE = (
    Person(),
    Person("Đặng", "Phúc Khánh", "1955-11", "KR", None),
    Person("Lương", "", "1990", None),
    Person("Œuvrard", "Zoë-Anaïs", ""),
    LONGEST,
)

LABELS = (
    "Họ và tên / Full name",
    "Ngày tháng năm sinh Date of birth",
    "Quốc tịch Nationality",
    "Bệnh dịch mà chứng nhận nhắm tới Disease targeted",
    "Số mũi tiêm đã nhận Number of doses received",
    "Ngày tiêm Date of vaccination",
    "Liều số · số lô Dose · lot",
    "Vắc xin Vaccine",
    "Sản phẩm vắc xin Vaccine product",
    "Nhà cung cấp hoặc sản xuất vắc xin Supplier or manufacturer",
    "Mã số của chứng nhận Certificate code",
)
VALUES = (
    "Nguyễn Thị Hường",
    "1980-02-29",
    "Việt Nam (VN)",
    "COVID-19",
    "2",
    "2021-11-20",
    "2/2 · FK0112",
    "Vắc xin mRNA / SARS-CoV-2 mRNA vaccine",
    "Comirnaty",
    "Biontech Manufacturing GmbH",
    "URN:UVCI:01:VN:00000000000000000000",
)


def open_issuer() -> _core.Issuer:
    return _core.Issuer(
        scalar=bytearray(b"\1" * 32),
        kid=bytes(8),
        country="VN",
        issuer="Bộ Y tế",
        issued_at=1_660_000_000,
        expires_at=1_691_536_000,
        today=1_660_000_000 // 86_400,
        uvci_secret=b"u" * 32,
        person_secret=b"p" * 32,
        uvci_checksum=True,
        products=resolve_products(NATIONAL_NAMES),
    )


def print_to(path: Path, batch: pa.RecordBatch, **options: Any) -> SheetsWritten:
    with path.open("wb") as out:
        return SheetPrinter(PrintOptions(**options)).write([batch], out)


@pytest.mark.parametrize("layout", ["sheet", "single"])
def test_all_eleven_fields_stand_there_with_their_marks(tmp_path: Path, layout: str) -> None:
    need_poppler()
    assert print_to(tmp_path / "one.pdf", batch_of([Person()]), layout=layout).left_out == []
    words = words_of(tmp_path / "one.pdf")
    assert " ".join(LABELS) in words
    assert " ".join(VALUES) in words
    assert "Nơi cấp / Issuer: Bộ Y tế · Mã QR hết hạn / QR code expires: 2023-04-14 02:00 UTC" in words


@pytest.mark.parametrize("layout", ["sheet", "single"])
def test_partial_births_single_names_and_the_longest_names_are_whole(tmp_path: Path, layout: str) -> None:
    need_poppler()
    assert print_to(tmp_path / "all.pdf", batch_of(PEOPLE), layout=layout).n_certificates == len(PEOPLE)
    words = words_of(tmp_path / "all.pdf")
    assert all(
        text in words for text in ("Đặng Phúc Khánh 1955-11 KR", "Lương 1990 —", "Œuvrard Zoë-Anaïs —")
    )
    letters = words.replace(" ", "")
    assert (LONGEST.family + LONGEST.given).replace(" ", "") in letters


def test_without_columns_of_the_shot_nationality_and_lot_are_left_open(tmp_path: Path) -> None:
    need_poppler()
    print_to(tmp_path / "one.pdf", batch_of([Person()]).select(["hc1", "uvci"]))
    words = words_of(tmp_path / "one.pdf")
    assert "1980-02-29 — COVID-19 2 2021-11-20 2/2 · — " in words


def test_codes_that_are_not_known_stand_for_themselves(tmp_path: Path) -> None:
    need_poppler()
    person = Person(entry={"tg": "1234", "vp": "J07BX99", "mp": "NEW-1", "ma": "ORG-9", "dn": 3, "sd": 1})
    print_to(tmp_path / "one.pdf", batch_of([person]))
    words = words_of(tmp_path / "one.pdf")
    assert "1234 3 2021-11-20 3/1 · FK0112 J07BX99 NEW-1 ORG-9" in words


def test_a_uvci_of_80_characters_is_whole(tmp_path: Path) -> None:
    need_poppler()
    uvci = "URN:UVCI:01:VN:" + "W" * 65
    text = ISSUER.text(ISSUER.payload(vaccination(ci=uvci)))
    print_to(tmp_path / "one.pdf", pa.record_batch([[uvci], [text]], ["uvci", "hc1"]))
    assert uvci in words_of(tmp_path / "one.pdf").replace(" ", "")


def test_every_certificate_issued_here_can_be_printed(tmp_path: Path) -> None:
    need_poppler()
    write_nation(tmp_path / "nation", people=400, seed=3)
    shots = pq.read_table(tmp_path / "nation" / "shots.parquet").combine_chunks().to_batches()[0]
    issued, _ = open_issuer().issue(shots)
    shot = shots.take(issued["row"])
    columns = {name: issued[name] for name in ("uvci", "hc1")} | {
        name: shot[name] for name in ("nationality", "lot")
    }
    written = print_to(tmp_path / "all.pdf", pa.RecordBatch.from_pydict(columns))
    assert (written.n_certificates, written.left_out) == (issued.num_rows, [])
    letters = words_of(tmp_path / "all.pdf").replace(" ", "")
    assert all(uvci in letters for uvci in issued["uvci"].to_pylist())


@pytest.mark.parametrize(
    ("layout", "pages"), [("sheet", [1, 1, 1, 1, 2, 2, 2, 2, 3]), ("single", range(1, 10))]
)
def test_pages_are_as_many_as_needed(tmp_path: Path, layout: str, pages: Any) -> None:
    need_poppler()
    for n_people, n_pages in enumerate(pages, 1):
        written = print_to(tmp_path / "some.pdf", batch_of([Person()] * n_people), layout=layout)
        assert (written.n_certificates, written.n_pages) == (n_people, n_pages)
        assert f"Pages: {n_pages} " in " ".join(output_of("pdfinfo", tmp_path / "some.pdf").decode().split())


def test_what_cannot_be_printed_is_named_and_stops_nothing(tmp_path: Path) -> None:
    need_poppler()
    texts = dict(batch_of([Person(), Person("山田"), Person(), Person()]).select(["uvci", "hc1"]).to_pydict())
    (first, unknown, damaged, exchanged), hc1 = texts["uvci"], texts["hc1"]
    rows = {"uvci": [first, unknown, damaged, exchanged, None], "hc1": [*hc1[:2], "HC1:no", hc1[0], None]}
    written = print_to(tmp_path / "some.pdf", pa.RecordBatch.from_pydict(rows))
    assert written.left_out == [
        LeftOut(unknown, "the font lacks a letter of it"),
        LeftOut(damaged, "the text is not base45"),
        LeftOut(exchanged, "the text is that of another certificate"),
        LeftOut("", "the text does not begin with HC1: or is too long"),
    ]
    assert words_of(tmp_path / "some.pdf").count("Certificate code") == 1


@pytest.mark.parametrize(
    ("entry", "options", "reason"),
    [
        ({"ma": 1000}, {}, "a field is too long for its box"),
        ({"co": 6000}, {}, "the text does not begin with HC1: or is too long"),
    ],
)
def test_what_has_no_room_is_left_out(entry: Any, options: Any, reason: str) -> None:
    letters = random.Random(1).randbytes(3000).hex()  # as hard to compress as letters are
    person = Person(entry={name: letters[:length] for name, length in entry.items()})
    written = SheetPrinter(PrintOptions(**options)).write([batch_of([person])], io.BytesIO())
    assert [left.reason for left in written.left_out] == [reason]


def test_nothing_is_written_where_nothing_can_be_printed() -> None:
    out = io.BytesIO()
    batch = pa.record_batch([["A"], ["HC1:"]], ["uvci", "hc1"])
    written = SheetPrinter().write([batch], out)
    assert (written.n_certificates, written.n_pages, len(written.left_out)) == (0, 0, 1)
    assert out.getvalue() == b""


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    batch, printer = batch_of(PEOPLE), SheetPrinter()
    files = [io.BytesIO() for _ in range(3)]
    printer.write([batch], files[0])
    printer.write([batch.slice(row, 1) for row in range(len(PEOPLE))], files[1])
    SheetPrinter().write([batch], files[2])
    assert len({file.getvalue() for file in files}) == 1


PRINT_IN_A_PROCESS = """
import hashlib, io, pathlib, sys
import pyarrow.parquet as pq
from signer.packing.print_sheets import PrintOptions, SheetPrinter
out = io.BytesIO()
font = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
SheetPrinter(PrintOptions(font=font)).write(pq.read_table(sys.argv[1]).to_batches(), out)
print(hashlib.sha256(out.getvalue()).hexdigest())
"""


@pytest.mark.parametrize("with_font", [False, True])
def test_other_processes_and_other_places_of_the_font_give_the_same_bytes(
    tmp_path: Path, with_font: bool
) -> None:
    pq.write_table(pa.Table.from_batches([batch_of(PEOPLE)]), tmp_path / "batch.parquet")
    digests = set()
    for seed in ("1", "2"):
        command: list[Any] = [sys.executable, "-c", PRINT_IN_A_PROCESS, tmp_path / "batch.parquet"]
        if with_font:
            command.append(shutil.copy(font_roboto.Roboto, tmp_path / f"{seed}.ttf"))
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        digests.add(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)
    assert len(digests) == 1


def test_the_file_embeds_its_fonts_and_its_description_names_nobody(tmp_path: Path) -> None:
    need_poppler()
    print_to(tmp_path / "one.pdf", batch_of([Person("Trương", "Hải")]))
    fonts = output_of("pdffonts", tmp_path / "one.pdf").decode().splitlines()[2:]
    assert [line.split()[-5:-2] for line in fonts] == [["yes", "yes", "yes"]] * 2  # embedded, subset, unicode
    description = output_of("pdfinfo", tmp_path / "one.pdf").decode()
    assert "Title:           Vaccination certificates\n" in description
    assert not any(word in description for word in ("Trương", "URN:", str(tmp_path)))


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(print_sheets, "find_spec", lambda name: None)
    with pytest.raises(SignerError, match=r"pip install 'signer\[print\]'"):
        require_print_extra()
    with pytest.raises(SignerError, match=r"reportlab and font_roboto"):
        SheetPrinter()
