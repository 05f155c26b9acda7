"""An issue run that draws its QR codes: every certificate has the picture of its own text."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import zxingcpp
from made_shots import ISSUED_AT, differing_files, make_profile, parts_of, write_shots
from PIL import Image

from signer import _core
from signer.campaign import issue_parts, issue_worker
from signer.campaign.issue_run import IssueOrder, issue
from signer.campaign.summary import Summary
from signer.records.pictures import PictureOptions
from signer.records.schemas import CERTIFICATES, certificates_schema

CHANGES: dict[int, dict[str, Any]] = {
    5: {"vaccine": "Unheard-of"},
    77: {"full_name": "Công Tằng Tôn Nữ " * 4 + "Hường", "facility": None},
    210: {"full_name": "Ẵ"},
    450: {"full_name": None},
}


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_profile(tmp_path_factory.mktemp("issuer"))


@pytest.fixture(autouse=True)
def small_parts_and_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issue_parts, "ROWS_PER_PART", 210)
    monkeypatch.setattr(issue_worker, "ROWS_PER_BATCH_OF_PICTURES", 180)  # not a multiple of a chunk


def run(
    folder: Path, profile: Path, out: str, pictures: PictureOptions | None, n_workers: int = 1
) -> Summary:
    shots = folder / "shots.parquet"
    if not shots.exists():
        write_shots(shots, 600, CHANGES, rows_per_group=210)
    order = IssueOrder([shots], profile, folder / out, n_workers, ISSUED_AT, pictures)
    return issue(order, lambda done, total: None, time.monotonic)


def read(png: bytes) -> str:
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)), formats=zxingcpp.BarcodeFormat.QRCode)
    assert len(found) == 1, "a picture without one code"
    return found[0].text


def test_every_picture_holds_the_text_of_its_row(tmp_path: Path, profile: Path) -> None:
    summary = run(tmp_path, profile, "out", PictureOptions("png"))
    assert (summary.issued, summary.refused, summary.pictures) == (598, 2, "png")
    table = pq.read_table(tmp_path / "out" / "certificates")
    assert table.schema.equals(certificates_schema(PictureOptions("png")))
    for row in table.to_pylist():
        assert read(row["qr_png"]) == row["hc1"], row["shot_id"]


def test_pictures_are_those_that_the_painter_draws_of_the_texts(tmp_path: Path, profile: Path) -> None:
    for picture in ("png", "svg", "bits"):
        pictures = PictureOptions(picture, level="M", raise_level=True, scale=3, quiet_zone=1)
        run(tmp_path, profile, picture, pictures)
        table = pq.read_table(tmp_path / picture / "certificates")
        painter = _core.QrPainter(**pictures.as_painter())
        expected = painter.draw(table["hc1"].combine_chunks()).to_pylist()
        assert table[f"qr_{picture}"].to_pylist() == expected


def test_all_other_columns_are_those_of_a_run_without_pictures(tmp_path: Path, profile: Path) -> None:
    run(tmp_path, profile, "with", PictureOptions("bits"))
    run(tmp_path, profile, "without", None)
    drawn, plain = (pq.read_table(tmp_path / out / "certificates") for out in ("with", "without"))
    assert drawn.select(CERTIFICATES.names).equals(plain)


def test_files_do_not_depend_on_workers(tmp_path: Path, profile: Path) -> None:
    for n_workers in (1, 2):
        run(tmp_path, profile, f"out-{n_workers}", PictureOptions("png"), n_workers)
    assert differing_files(parts_of(tmp_path / "out-1"), parts_of(tmp_path / "out-2")) == []


def test_pictures_are_stored_as_they_are(tmp_path: Path, profile: Path) -> None:
    run(tmp_path, profile, "out", PictureOptions("png"))
    metadata = pq.read_metadata(tmp_path / "out" / "certificates" / "part-00000.parquet")
    column = metadata.row_group(0).column(len(CERTIFICATES))
    assert (column.path_in_schema, column.compression) == ("qr_png", "UNCOMPRESSED")
