"""Shards of pictures: each decodes to the text of its row in the index, and no others are there."""

from __future__ import annotations

import csv
import io
import re
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
import zxingcpp
from made_certificates import certificates_table, hc1_text
from PIL import Image

from signer._core import QrPainter, qr_symbol
from signer.campaign.pack_folder import open_folder
from signer.packing.archives import OpenArchive, open_deflated_zip, open_tar, open_zip
from signer.packing.certificate_files import CARRIED
from signer.packing.fitness import NothingFits
from signer.packing.pictures import PictureWriter
from signer.records.pictures import PictureOptions

QR_CODE = zxingcpp.BarcodeFormat.QRCode  # or specks may pass for a code of stripes
N_ROWS = 40
COLUMNS = [
    "file", "uvci", "shot_id", "province", "district", "facility",
    "dose_number", "doses_in_series", "iat", "exp",
]  # fmt: skip


def rows_of(**changes: dict[int, object]) -> pa.Table:
    by_row: dict[int, dict[str, object]] = {}
    for column, values in changes.items():
        for row, value in values.items():
            by_row.setdefault(row, {})[column] = value
    return certificates_table(N_ROWS, by_row).select(CARRIED.names)


def ignore(_n_rows: int) -> None:
    """Whom the progress does not interest."""


def in_zip(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def in_tar(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as file:
        return {entry.name: file.extractfile(entry).read() for entry in file.getmembers()}


def in_folder(path: Path) -> dict[str, bytes]:
    return {entry.name: entry.read_bytes() for entry in path.iterdir()}


def index_of(files: dict[str, bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files["index.csv"].decode(), newline=""), strict=True))


def decoded(picture: bytes) -> str:
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)), QR_CODE)
    return code.text


@pytest.mark.parametrize(
    ("open_archive", "read"), [(open_zip, in_zip), (open_tar, in_tar), (open_folder, in_folder)]
)
def test_every_picture_decodes_to_the_text_of_its_row_in_the_index(
    tmp_path: Path, open_archive: OpenArchive, read: Callable[[Path], dict[str, bytes]]
) -> None:
    rows = rows_of(province={1: 'a "b",\r\nc', 2: None})
    heard: list[int] = []
    assert PictureWriter(PictureOptions("png"), open_archive, heard.append)(rows, tmp_path / "shard") == []
    files = read(tmp_path / "shard")
    index = index_of(files)
    assert list(index[0]) == COLUMNS
    assert set(files) == {row["file"] for row in index} | {"index.csv"}
    assert [decoded(files[row["file"]]) for row in index] == rows.column("hc1").to_pylist()
    expected = rows.drop_columns(["hc1", "iat", "exp"]).to_pylist()
    assert [{name: row[name] for name in expected[0]} for row in index] == [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in expected
    ]
    assert {(row["iat"], row["exp"]) for row in index} == {("2022-04-14T03:15:00Z", "2023-04-14T03:15:00Z")}
    assert heard[-1] == N_ROWS


def test_svg_pictures_are_those_of_the_text_of_their_row(tmp_path: Path) -> None:
    rows = rows_of()
    PictureWriter(PictureOptions("svg"), open_deflated_zip, ignore)(rows, tmp_path / "shard")
    files = in_zip(tmp_path / "shard")
    drawn = QrPainter(picture="svg").draw(rows.column("hc1").combine_chunks()).to_pylist()
    assert [files[row["file"]] for row in index_of(files)] == drawn
    assert all(name.endswith(".svg") for name in files if name != "index.csv")


def test_options_reach_the_pictures(tmp_path: Path) -> None:
    options = PictureOptions("png", level="L", scale=2, quiet_zone=1)
    PictureWriter(options, open_zip, ignore)(rows_of(), tmp_path / "shard")
    files = in_zip(tmp_path / "shard")
    for row, text in zip(index_of(files), rows_of().column("hc1").to_pylist(), strict=True):
        with Image.open(io.BytesIO(files[row["file"]])) as picture:
            assert picture.size == (2 * (qr_symbol(text, level="L").side + 2),) * 2


def test_what_cannot_be_drawn_is_left_out_with_its_reason(tmp_path: Path) -> None:
    rows = rows_of(hc1={3: None, 4: "", 5: "hc1", 20: "HC1:" + "A" * 4293, 39: "HC1:\n"})
    left_out = PictureWriter(PictureOptions("png"), open_zip, ignore)(rows, tmp_path / "shard")
    assert [(each.shot_id, each.reason) for each in left_out] == [
        ("S3", "hc1 is empty"),
        ("S4", "hc1 is empty"),
        ("S5", "hc1 has characters that are not of a QR code's alphanumeric mode"),
        ("S20", "hc1 is too long for a QR symbol, even of level L"),
        ("S39", "hc1 has characters that are not of a QR code's alphanumeric mode"),
    ]
    files = in_zip(tmp_path / "shard")
    rest = [text for row, text in enumerate(rows.column("hc1").to_pylist()) if row not in (3, 4, 5, 20, 39)]
    assert [decoded(files[row["file"]]) for row in index_of(files)] == rest


def test_a_text_too_long_for_its_level_is_drawn_at_the_highest_that_holds_it(tmp_path: Path) -> None:
    lengths = {3: 2421, 4: 3391, 5: 3392, 6: 4296}  # characters of version 40 (ISO 18004 table 7)
    rows = rows_of(hc1={row: hc1_text(row, length) for row, length in lengths.items()})
    assert PictureWriter(PictureOptions("svg"), open_deflated_zip, ignore)(rows, tmp_path / "shard") == []
    pictures = list(in_zip(tmp_path / "shard").values())
    for row, level in {3: "M", 4: "M", 5: "L", 6: "L"}.items():
        strict = QrPainter(picture="svg", level=level)
        assert pictures[row] == strict.draw(rows.column("hc1").combine_chunks()[row : row + 1])[0].as_py()


def test_a_shard_of_which_nothing_can_be_drawn_says_so(tmp_path: Path) -> None:
    rows = rows_of(hc1=dict.fromkeys(range(N_ROWS), "small"))
    with pytest.raises(NothingFits) as raised:
        PictureWriter(PictureOptions("png"), open_zip, ignore)(rows, tmp_path / "shard")
    assert len(raised.value.left_out) == N_ROWS


def test_a_file_has_the_time_of_issue_and_the_index_the_latest(tmp_path: Path) -> None:
    rows = rows_of(iat={0: None, 1: 1_700_000_000_000_000})
    PictureWriter(PictureOptions("png"), open_tar, ignore)(rows, tmp_path / "shard")
    with tarfile.open(tmp_path / "shard") as file:
        times = [entry.mtime for entry in file.getmembers()]
    assert [times[0], times[1], times[2], times[-1]] == [0, 1_700_000_000, 1_649_906_100, 1_700_000_000]


def test_names_of_pictures_tell_nothing_but_the_uvci(tmp_path: Path) -> None:
    rows = rows_of(uvci={1: "../../etc/passwd", 2: "URN:UVCI:01:VN:A#/"})
    PictureWriter(PictureOptions("png"), open_zip, ignore)(rows, tmp_path / "shard")
    first, second, third = list(in_zip(tmp_path / "shard"))[:3]
    assert first == "URN-UVCI-01-VN-00000000000000000000.png"
    assert re.fullmatch(r"______etc_passwd~[0-9a-f]{12}\.png", second)
    assert re.fullmatch(r"URN-UVCI-01-VN-A__~[0-9a-f]{12}\.png", third)
