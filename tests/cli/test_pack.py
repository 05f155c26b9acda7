"""`signer pack` as it is typed, on certificates of `signer issue`: exit codes, files, and their readers."""

from __future__ import annotations

import csv
import io
import json
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import zxingcpp
from cli.command_runs import signer, signer_process
from click.testing import CliRunner
from made_certificates import write_certificates
from made_shots import ISSUED_AT_TEXT, make_profile, write_shots
from made_withdrawals import make_registry
from packing.printed_people import need_poppler, words_of
from PIL import Image

from signer.cli import main

QR_CODE = zxingcpp.BarcodeFormat.QRCode  # or specks may pass for a code of stripes
N_ROWS = 300
PROVINCES = ["Hà Nội", "Huế", "TP. Hồ Chí Minh"]


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_profile(tmp_path_factory.mktemp("issuer"))


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory, issuer: Path) -> Path:
    folder = tmp_path_factory.mktemp("issued")
    changes = {row: {"province": PROVINCES[row % 3]} for row in range(N_ROWS)}
    shots = write_shots(folder / "shots.parquet", N_ROWS, changes)
    options = ["--profile", issuer, "--issued-at", ISSUED_AT_TEXT, "--workers", 2]
    done = signer_process("issue", shots, "--out", folder / "issued", *options)
    assert done.returncode == 0, done.stderr
    return folder / "issued"


def pack(issued: Path, out: Path, *arguments: object) -> dict[str, Any]:
    """A run that ends well; gives its summary."""
    done = signer("pack", issued, "--out", out, "--workers", 2, "--json", *arguments)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert json.loads((out / "summary.json").read_text()) == summary
    return dict(summary)


def index_of(out: Path) -> list[dict[str, str]]:
    with (out / "index.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def texts_of(issued: Path) -> dict[str, str]:
    rows = pq.read_table(issued / "certificates", columns=["uvci", "hc1"]).to_pylist()
    return {row["uvci"]: row["hc1"] for row in rows}


@pytest.mark.parametrize("format_", ["csv", "txt"])
def test_packed_texts_verify_as_issued(tmp_path: Path, issued: Path, issuer: Path, format_: str) -> None:
    summary = pack(issued, tmp_path / "out", "--format", format_, "--by", "province", "--shard-size", 40)
    assert (summary["packed"], summary["shards"], summary["groups"]) == (N_ROWS, 9, 3)
    shards = [tmp_path / "out" / shard["path"] for shard in index_of(tmp_path / "out")]
    done = signer("verify", *shards, "--trust", issuer.parent / "keys" / "dsc.pem", "--at", "2022-05-01")
    assert done.stdout.strip() == f"{N_ROWS} valid, 0 invalid"


@pytest.mark.parametrize("form", ["zip", "tar"])
def test_packed_pictures_decode_to_the_certificates(tmp_path: Path, issued: Path, form: str) -> None:
    pack(issued, tmp_path / "out", "--format", form, "--shard-size", 100, "--by", "province")
    texts, seen = texts_of(issued), []
    for shard in index_of(tmp_path / "out"):
        files = files_in(tmp_path / "out" / shard["path"])
        rows = list(csv.DictReader(io.StringIO(files["index.csv"].decode(), newline="")))
        seen += [row["uvci"] for row in rows]
        for row in rows[::10]:
            (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(files[row["file"]])), QR_CODE)
            assert code.text == texts[row["uvci"]]
    assert sorted(seen) == sorted(texts)


def files_in(path: Path) -> dict[str, bytes]:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as file:
            return {name: file.read(name) for name in file.namelist()}
    with tarfile.open(path) as tar:
        return {entry.name: content_of(tar, entry) for entry in tar}


def content_of(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    content = tar.extractfile(entry)
    assert content is not None, f"{entry.name} is no file"
    return content.read()


def test_single_files_are_made_only_when_asked_for(tmp_path: Path, issued: Path) -> None:
    summary = pack(issued, tmp_path / "out", "--format", "svg", "--archive", "none", "--province", "Huế")
    assert summary["delivery"] == {
        "format": "svg", "archive": "none", "level": "Q", "raise_level": False, "scale": 4, "quiet_zone": 4,
    }  # fmt: skip
    files = sorted(path.name for path in (tmp_path / "out" / "shard-00000").iterdir())
    assert len(files) == N_ROWS // 3 + 1
    assert files[-1] == "index.csv"
    assert [shard["path"] for shard in index_of(tmp_path / "out")] == ["shard-00000"]


def test_a_column_of_pictures_in_the_input_is_not_needed(tmp_path: Path, issued: Path) -> None:
    table = pq.read_table(issued / "certificates")
    pictured = table.append_column("qr_png", [[b"\x89PNG"] * len(table)])
    pq.write_table(pictured, tmp_path / "pictured.parquet")
    pack(tmp_path / "pictured.parquet", tmp_path / "a", "--format", "png")
    pack(issued, tmp_path / "b", "--format", "png")
    assert (tmp_path / "a" / "index.csv").read_bytes() == (tmp_path / "b" / "index.csv").read_bytes()


def test_sheets_are_packed_like_anything_else(tmp_path: Path, issued: Path) -> None:
    pytest.importorskip("reportlab", reason="printing is an extra")
    pack(
        issued, tmp_path / "out", "--format", "pdf", "--by", "province", "--shot-id", "S0", "--shot-id", "S1"
    )
    index = index_of(tmp_path / "out")
    assert [shard["path"] for shard in index] == ["Huế/shard-00000.pdf", "Hà Nội/shard-00000.pdf"]
    assert all((tmp_path / "out" / shard["path"]).read_bytes().startswith(b"%PDF") for shard in index)


def test_shots_bring_nationality_and_lot_to_paper(tmp_path: Path, issued: Path) -> None:
    pytest.importorskip("reportlab", reason="printing is an extra")
    need_poppler()
    lots = {row: {"lot": f"LOT{row}", "province": PROVINCES[row % 3]} for row in range(N_ROWS)}
    shots = write_shots(tmp_path / "shots.parquet", N_ROWS, lots)
    other = write_shots(tmp_path / "other.parquet", 9, {row: {"lot": "LATER"} for row in range(9)})
    ids = [option for row in (7, 8, 9) for option in ("--shot-id", f"S{row}")]
    given = ["--shots", shots, "--shots", other]
    summary = pack(issued, tmp_path / "out", "--format", "pdf", *ids, *given)
    assert summary["delivery"]["shots"] == ["shots.parquet", "other.parquet"]
    words = words_of(tmp_path / "out" / "shard-00000.pdf")
    assert [words.count(f"2/2 · LOT{row} ") for row in (7, 8, 9)] == [1, 1, 1]
    assert words.count("Việt Nam (VN)") == 3


def test_shots_that_are_no_parquet_end_with_3(tmp_path: Path, issued: Path) -> None:
    pytest.importorskip("reportlab", reason="printing is an extra")
    shots = tmp_path / "shots.csv"
    done = signer("pack", issued, "--out", tmp_path / "out", "--format", "pdf", "--shots", shots)
    assert done.returncode == 3, done.stderr
    assert "shots.csv: a CSV; save the shots as Parquet" in done.stderr
    assert not list(tmp_path.iterdir())


def test_sheets_without_the_extra_end_with_3_before_anything_is_written(
    tmp_path: Path, issued: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "reportlab", None)
    done = CliRunner().invoke(main, ["pack", str(issued), "--out", str(tmp_path / "out"), "--format", "pdf"])
    assert done.exit_code == 3, done.output
    assert "extra [print]" in done.output
    assert not list(tmp_path.iterdir())


def test_ids_come_from_the_command_line_and_from_files(tmp_path: Path, issued: Path) -> None:
    (tmp_path / "ids").write_bytes(b"\xef\xbb\xbfS5\r\n\r\nS3\n  \nS5")
    uvci = pq.read_table(issued / "certificates").column("uvci")[1].as_py()
    pack(issued, tmp_path / "out", "--format", "csv", "--shot-id", f"@{tmp_path / 'ids'}", "--uvci", uvci)
    with (tmp_path / "out" / "shard-00000.csv").open(newline="") as file:
        assert [row["shot_id"] for row in csv.DictReader(file)] == ["S1", "S3", "S5"]


def test_blanks_are_a_part_of_a_shot_id_and_not_of_a_uvci(tmp_path: Path, issuer: Path) -> None:
    """As issuing has them; in a file of ids they were cut off, so that the other shot was delivered."""
    shots = write_shots(tmp_path / "shots.parquet", 3, {1: {"shot_id": " S0"}})
    options = ["--profile", issuer, "--issued-at", ISSUED_AT_TEXT, "--workers", 1]
    assert signer("issue", shots, "--out", tmp_path / "issued", *options).returncode == 0
    table = pq.read_table(tmp_path / "issued" / "certificates", columns=["shot_id", "uvci"])
    (tmp_path / "ids").write_text(" S0\n")
    (tmp_path / "uvcis").write_text(f"  {table.column('uvci')[2].as_py()} \n")
    asked = ["--shot-id", f"@{tmp_path / 'ids'}", "--uvci", f"@{tmp_path / 'uvcis'}"]
    pack(tmp_path / "issued", tmp_path / "out", "--format", "csv", *asked)
    with (tmp_path / "out" / "shard-00000.csv").open(newline="") as file:
        assert [row["shot_id"] for row in csv.DictReader(file)] == [" S0", "S2"]


def test_an_unknown_id_is_listed_and_ends_with_1(tmp_path: Path, issued: Path) -> None:
    out = tmp_path / "out"
    done = signer("pack", issued, "--out", out, "--format", "txt", "--shot-id", "S1", "--shot-id", "S99999")
    assert done.returncode == 1, done.stderr
    assert "packed 1 of 300 certificates in 1 shard" in done.stdout
    assert f"not found 1 id or place asked for; listed in {out / 'not_found.csv'}" in done.stdout
    assert (out / "not_found.csv").read_text() == '"column","value"\n"shot_id","S99999"\n'


def test_a_certificate_that_cannot_be_drawn_is_listed_and_ends_with_1(tmp_path: Path) -> None:
    path = write_certificates(tmp_path / "in.parquet", 10, {4: {"hc1": "small"}})
    done = signer_process("pack", path, "--out", tmp_path / "out", "--format", "zip")
    assert done.returncode == 1, done.stderr
    assert "left out 1; each with its reason in" in done.stdout
    assert "S4" in (tmp_path / "out" / "left_out.csv").read_text()
    assert "small" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--province", "Cà Mau"], "none of the 300 certificates is selected by: province Cà Mau"),
        (["--issued-from", "2022-04-15"], "is selected by: issued from 2022-04-15 (UTC)"),
        (["--uvci", "URN:X"], "is selected by: 1 uvci"),
    ],
)
def test_nothing_selected_ends_with_3_and_nothing_is_written(
    tmp_path: Path, issued: Path, arguments: list[str], message: str
) -> None:
    done = signer("pack", issued, "--out", tmp_path / "out", "--format", "csv", *arguments)
    assert done.returncode == 3, done.stderr
    assert message in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_registry_is_packed_without_what_is_superseded_or_revoked(tmp_path: Path) -> None:
    registry = make_registry(tmp_path / "registry").path
    done = signer("pack", registry, "--out", tmp_path / "out", "--format", "csv", "--workers", 1)
    assert done.returncode == 0, done.stderr
    first, second, *_ = done.stdout.splitlines()
    assert first.startswith("packed 18 of 29 certificates in 1 shard of 1 group into ")
    assert second == "not packed: 6 renewed since, 3 superseded, 2 revoked"


def test_the_certificates_of_a_registry_end_with_3_and_the_registry_is_named(tmp_path: Path) -> None:
    registry = make_registry(tmp_path / "registry").path
    done = signer("pack", registry / "certificates", "--out", tmp_path / "out", "--format", "csv")
    assert done.returncode == 3
    assert f"name the registry, {registry}" in done.stderr


def test_a_table_of_shots_ends_with_3(tmp_path: Path) -> None:
    shots = write_shots(tmp_path / "shots.parquet", 3)
    done = signer("pack", shots, "--out", tmp_path / "out", "--format", "csv")
    assert done.returncode == 3
    assert "shots.parquet: no table of certificates" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "jpeg"], "--format"),
        (["--format", "csv", "--shard-size", "0"], "--shard-size"),
        (["--format", "csv", "--shard-size", "65001"], "--shard-size"),
        (["--format", "csv", "--qr-level", "H"], "--qr-level has no effect on --format csv"),
        (["--format", "csv", "--archive", "zip"], "--archive has no effect on --format csv"),
        (["--format", "png", "--layout", "single"], "--layout has no effect on --format png"),
        (["--format", "png", "--shots", "shots"], "--shots has no effect on --format png"),
        (["--format", "pdf", "--qr-scale", "2"], "--qr-scale has no effect on --format pdf"),
        (["--format", "zip", "--archive", "tar"], "--format zip is in a zip"),
        (["--format", "csv", "--issued-from", "14.4.2022"], "is no day such as"),
        (["--format", "csv", "--issued-from", "2022-04-15", "--issued-until", "2022-04-14"], "is after"),
        (["--format", "csv", "--uvci", "@nowhere"], "nowhere: cannot be read"),
        (["--format", "csv", "--uvci", ""], "names no id"),
    ],
)
def test_wrong_usage_ends_with_2(tmp_path: Path, arguments: list[str], message: str) -> None:
    done = CliRunner().invoke(main, ["pack", str(tmp_path), "--out", str(tmp_path / "out"), *arguments])
    assert done.exit_code == 2, done.output
    assert message in " ".join(done.output.replace("│", " ").split())
    assert not list(tmp_path.iterdir())
