"""PDFs of certificates: the eleven fields are there as text, the same input gives the same bytes."""

from __future__ import annotations

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
from printed_people import ISSUER, Person, need_poppler, output_of, print_to, rows_of, words_of
from reference.little_issuer import vaccination

from signer import _core
from signer.errors import SignerError
from signer.packing import print_sheets
from signer.packing.fitness import LeftOut, NothingFits
from signer.packing.print_sheets import require_print
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


def table_of(**columns: list[str | None]) -> pa.Table:
    """Rows of the columns that are printed, null where not given."""
    n_rows = len(columns["uvci"])
    names = ("uvci", "shot_id", "hc1", "nationality", "lot")
    return pa.table({name: pa.array(columns.get(name, [None] * n_rows), pa.string()) for name in names})


@pytest.mark.parametrize("layout", ["sheet", "single"])
def test_all_eleven_fields_stand_there_with_their_marks(tmp_path: Path, layout: str) -> None:
    need_poppler()
    assert print_to(tmp_path / "one.pdf", rows_of([Person()]), layout=layout) == []
    words = words_of(tmp_path / "one.pdf")
    assert " ".join(LABELS) in words
    assert " ".join(VALUES) in words
    assert "Nơi cấp / Issuer: Bộ Y tế · Mã QR hết hạn / QR code expires: 2023-04-14 02:00 UTC" in words


@pytest.mark.parametrize("layout", ["sheet", "single"])
def test_partial_births_single_names_and_the_longest_names_are_whole(tmp_path: Path, layout: str) -> None:
    need_poppler()
    assert print_to(tmp_path / "all.pdf", rows_of(PEOPLE), layout=layout) == []
    words = words_of(tmp_path / "all.pdf")
    assert all(
        text in words for text in ("Đặng Phúc Khánh 1955-11 KR", "Lương 1990 —", "Œuvrard Zoë-Anaïs —")
    )
    letters = words.replace(" ", "")
    assert (LONGEST.family + LONGEST.given).replace(" ", "") in letters


def test_without_its_shot_nationality_and_lot_are_left_open(tmp_path: Path) -> None:
    need_poppler()
    print_to(tmp_path / "one.pdf", rows_of([Person(nationality=None, lot=None)]))
    words = words_of(tmp_path / "one.pdf")
    assert "1980-02-29 — COVID-19 2 2021-11-20 2/2 · — " in words


def test_codes_that_are_not_known_stand_for_themselves(tmp_path: Path) -> None:
    need_poppler()
    person = Person(entry={"tg": "1234", "vp": "J07BX99", "mp": "NEW-1", "ma": "ORG-9", "dn": 3, "sd": 1})
    print_to(tmp_path / "one.pdf", rows_of([person]))
    words = words_of(tmp_path / "one.pdf")
    assert "1234 3 2021-11-20 3/1 · FK0112 J07BX99 NEW-1 ORG-9" in words


def test_a_uvci_of_80_characters_is_whole(tmp_path: Path) -> None:
    need_poppler()
    uvci = "URN:UVCI:01:VN:" + "W" * 65
    text = ISSUER.text(ISSUER.payload(vaccination(ci=uvci)))
    print_to(tmp_path / "one.pdf", table_of(uvci=[uvci], hc1=[text]))
    assert uvci in words_of(tmp_path / "one.pdf").replace(" ", "")


def test_every_certificate_issued_here_can_be_printed(tmp_path: Path) -> None:
    need_poppler()
    write_nation(tmp_path / "nation", people=400, seed=3)
    shots = pq.read_table(tmp_path / "nation" / "shots.parquet").combine_chunks().to_batches()[0]
    issued, _ = open_issuer().issue(shots)
    shot = shots.take(issued["row"])
    columns = {name: issued[name] for name in ("uvci", "hc1")} | {
        name: shot[name] for name in ("shot_id", "nationality", "lot")
    }
    assert print_to(tmp_path / "all.pdf", pa.table(columns)) == []
    letters = words_of(tmp_path / "all.pdf").replace(" ", "")
    assert all(uvci in letters for uvci in issued["uvci"].to_pylist())


@pytest.mark.parametrize(
    ("layout", "pages"), [("sheet", [1, 1, 1, 1, 2, 2, 2, 2, 3]), ("single", range(1, 10))]
)
def test_pages_are_as_many_as_needed(tmp_path: Path, layout: str, pages: Any) -> None:
    need_poppler()
    for n_people, n_pages in enumerate(pages, 1):
        assert print_to(tmp_path / "some.pdf", rows_of([Person()] * n_people), layout=layout) == []
        assert f"Pages: {n_pages} " in " ".join(output_of("pdfinfo", tmp_path / "some.pdf").decode().split())


def test_what_cannot_be_printed_is_named_and_stops_nothing(tmp_path: Path) -> None:
    need_poppler()
    texts = rows_of([Person(), Person("山田"), Person(), Person(), Person()]).to_pydict()
    uvcis, hc1 = texts["uvci"], texts["hc1"]
    rows = {"uvci": uvcis, "shot_id": [*texts["shot_id"][:4], None]}
    rows["hc1"] = [*hc1[:2], "HC1:NO", hc1[0], None]
    assert print_to(tmp_path / "some.pdf", table_of(**rows)) == [
        LeftOut(uvcis[1], "S1", "the font lacks a letter of it; name another with --font"),
        LeftOut(uvcis[2], "S2", "the text after HC1: is not base45; issue it anew"),
        LeftOut(uvcis[3], "S3", "hc1 is the text of another certificate than uvci names; issue it anew"),
        LeftOut(uvcis[4], "", "hc1 is empty"),
    ]
    assert words_of(tmp_path / "some.pdf").count("Certificate code") == 1


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"ma": 1000}, "a field is too long for its box; print it with --layout single"),
        ({"co": 6000}, "hc1 is too long for a QR symbol, even of level L"),
    ],
)
def test_what_has_no_room_is_left_out(tmp_path: Path, entry: Any, reason: str) -> None:
    letters = random.Random(1).randbytes(3000).hex()  # as hard to compress as letters are
    person = Person(entry={name: letters[:length] for name, length in entry.items()})
    with pytest.raises(NothingFits) as raised:
        print_to(tmp_path / "one.pdf", rows_of([person]))
    assert [left.reason for left in raised.value.left_out] == [reason]


def test_nothing_is_written_where_nothing_can_be_printed(tmp_path: Path) -> None:
    with pytest.raises(NothingFits):
        print_to(tmp_path / "none.pdf", table_of(uvci=["A"], hc1=["HC1:"]))
    assert (tmp_path / "none.pdf").read_bytes() == b""


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    rows = rows_of(PEOPLE)
    one_by_one = pa.concat_tables([rows.slice(row, 1) for row in range(len(PEOPLE))])
    files = [tmp_path / f"{number}.pdf" for number in range(3)]
    for file, given in zip(files, (rows, one_by_one, rows), strict=True):
        print_to(file, given)
    assert len({file.read_bytes() for file in files}) == 1


PRINT_IN_A_PROCESS = """
import hashlib, pathlib, sys
import pyarrow.parquet as pq
from printed_people import print_to
out = pathlib.Path(sys.argv[2])
print_to(out, pq.read_table(sys.argv[1]), font=pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None)
print(hashlib.sha256(out.read_bytes()).hexdigest())
"""


@pytest.mark.long
@pytest.mark.parametrize("with_font", [False, True])
def test_other_processes_and_other_places_of_the_font_give_the_same_bytes(
    tmp_path: Path, with_font: bool
) -> None:
    pq.write_table(rows_of(PEOPLE), tmp_path / "rows.parquet")
    digests = set()
    for seed in ("1", "2"):
        command: list[Any] = [sys.executable, "-c", PRINT_IN_A_PROCESS, tmp_path / "rows.parquet"]
        command.append(tmp_path / f"{seed}.pdf")
        if with_font:
            command.append(shutil.copy(font_roboto.Roboto, tmp_path / f"{seed}.ttf"))
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        digests.add(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)
    assert len(digests) == 1


def test_the_file_embeds_its_fonts_and_its_description_names_nobody(tmp_path: Path) -> None:
    need_poppler()
    print_to(tmp_path / "one.pdf", rows_of([Person("Trương", "Hải")]))
    fonts = output_of("pdffonts", tmp_path / "one.pdf").decode().splitlines()[2:]
    assert [line.split()[-5:-2] for line in fonts] == [["yes", "yes", "yes"]] * 2  # embedded, subset, unicode
    description = output_of("pdfinfo", tmp_path / "one.pdf").decode()
    assert "Title:           Vaccination certificates\n" in description
    assert not any(word in description for word in ("Trương", "URN:", str(tmp_path)))


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(print_sheets, "find_spec", lambda name: None)
    with pytest.raises(
        SignerError, match=r"reportlab and font_roboto: install signer with its extra \[print\]"
    ):
        require_print(None)
