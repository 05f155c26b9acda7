"""Verification in bulk: a verdict for each code in its order, whole or not at all."""

from __future__ import annotations

import io
import json
import os
import stat
import tarfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_pictures import code_picture
from reference.little_issuer import NOW, LittleIssuer, trust_of, vaccination

from signer.campaign import verify_parts
from signer.campaign.verify_parts import cut_into_parts
from signer.campaign.verify_run import VerifyOrder, verify_in_bulk
from signer.campaign.verify_summary import MOST_OUTCOMES, Counts, Outcome, VerifySummary
from signer.campaign.verify_verdicts import VERDICTS
from signer.errors import InputUnreadable, OutputExists, OutputUnwritable, StoppedHalfWay
from signer.verifying.codes import read_codes

Verdicts = list[dict[str, Any]]
Verify = Callable[..., tuple[VerifySummary, Verdicts]]


@pytest.fixture(scope="module")
def issuer() -> LittleIssuer:
    return LittleIssuer()


@pytest.fixture(scope="module")
def texts(issuer: LittleIssuer) -> list[str]:
    """Valid ones, and each fourth wrong in another layer."""
    stranger = LittleIssuer(country="FR")
    wrong = ["HC1:???", stranger.text(), issuer.text(issuer.payload(exp=1)), "HC2:" + issuer.text()[4:]]
    return [wrong[row // 4 % 4] if row % 4 == 3 else issuer.text() for row in range(400)]


CLASSES = {"base45": 25, "kid_unknown": 25, "expired": 25, "context": 25}


@pytest.fixture
def verify(tmp_path: Path, issuer: LittleIssuer) -> Verify:
    """Verifies files; gives the summary and the rows of the verdicts."""

    def run(*arguments: Path | str, n_workers: int = 1) -> tuple[VerifySummary, Verdicts]:
        out = tmp_path / "verdicts.parquet"
        summary = verify_in_bulk(
            order_of(issuer, out, *arguments, n_workers=n_workers), ignore, time.monotonic
        )
        table = pq.read_table(out)
        assert table.schema == VERDICTS
        out.unlink()
        return summary, table.to_pylist()

    return run


def order_of(issuer: LittleIssuer, out: Path, *arguments: Path | str, n_workers: int = 1) -> VerifyOrder:
    return VerifyOrder(tuple(map(str, arguments)), trust_of(issuer), NOW, out, n_workers)


def ignore(_done: int, _of: int) -> None:
    """Progress that nobody watches."""


def written(folder: Path, texts: list[str], kind: str) -> Path:
    """The texts in a file of this kind."""
    path = folder / f"codes.{kind}"
    match kind:
        case "parquet":
            pq.write_table(pa.table({"x": texts, "hc1": texts}), path, row_group_size=90)
        case "csv":
            path.write_text(
                "n,hc1\n" + "".join(f'{n},"{text}"\r\n' for n, text in enumerate(texts)), newline=""
            )
        case "ndjson":
            path.write_text("".join(json.dumps({"hc1": text}) + "\n" for text in texts))
        case _:
            path.write_text("".join(f"{text}\n" for text in texts))
    return path


def places(verdicts: Verdicts) -> list[tuple[str, int | None]]:
    return [(row["source"], row["row"]) for row in verdicts]


KINDS = ["parquet", "csv", "ndjson", "txt"]


@pytest.fixture(params=KINDS)
def table(tmp_path: Path, texts: list[str], request: pytest.FixtureRequest) -> Path:
    """All texts in a file of each kind."""
    return written(tmp_path, texts, request.param)


@pytest.mark.parametrize("n_workers", [1, 3])
def test_every_row_of_a_table_has_its_verdict(
    table: Path, verify: Verify, n_workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify_parts, "PART_BYTES", 5_000)  # some ten lines
    monkeypatch.setattr(verify_parts, "PART_ROWS", 37)
    assert len(cut_into_parts([str(table)])) > 10
    summary, verdicts = verify(table, n_workers=n_workers)
    assert places(verdicts) == [(str(table), row) for row in range(1, 401)]
    assert [row["verdict"] == "valid" for row in verdicts] == [row % 4 != 3 for row in range(400)]
    assert (summary.codes, summary.valid, summary.invalid) == (400, 300, 100)
    assert summary.by_reason == CLASSES
    assert summary.workers == n_workers


@pytest.mark.parametrize("n_bytes", [1, 2, 3, 7, 20, 50, 1000])
@pytest.mark.parametrize("kind", ["csv", "txt"])
def test_rows_of_pieces_are_numbered_as_in_the_whole_file(
    tmp_path: Path, verify: Verify, kind: str, n_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Empty lines, all kinds of line ends, bad UTF-8, an open quote, a line too long, and no last end."""
    monkeypatch.setattr(verify_parts, "PART_BYTES", n_bytes)
    path = tmp_path / f"codes.{kind}"
    path.write_bytes(
        b'\xef\xbb\xbfhc1,x\n\n\nHC1:A\r\n\r\nHC1:B,\xff\n"HC1:\nHC1:D\rHC1:E\n\n'
        + b"F" * 200_001
        + b"\nHC1:G\n\nHC1:H"
    )
    expected = [(str(path), code.row) for code in read_codes(str(path))]
    _, verdicts = verify(path, n_workers=2)
    assert places(verdicts) == expected
    assert len(expected) > 5


def test_sources_of_all_kinds_come_in_the_order_of_the_arguments(
    tmp_path: Path, verify: Verify, texts: list[str], issuer: LittleIssuer
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    code_picture(issuer.text()).save(folder / "a.png")
    (folder / "b.jpg").write_bytes(b"no picture")
    text, table = written(tmp_path, texts[:5], "txt"), written(tmp_path, texts[:3], "parquet")
    _, verdicts = verify(text, folder, issuer.text(), table, text, n_workers=2)
    assert places(verdicts) == [
        *((str(text), row) for row in range(1, 6)),
        (str(folder / "a.png"), 1),
        (str(folder / "b.jpg"), None),
        ("argument", None),
        *((str(table), row) for row in range(1, 4)),
        *((str(text), row) for row in range(1, 6)),
    ]
    assert (verdicts[6]["reason"], verdicts[6]["verdict"]) == ("unreadable", "invalid")


def picture_bytes(text: str) -> bytes:
    buffer = io.BytesIO()
    code_picture(text).save(buffer, "PNG")
    return buffer.getvalue()


def pack(path: Path, members: dict[str, bytes]) -> Path:
    """A zip or tar of these files."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
    else:
        with tarfile.open(path, "w") as archive:
            for name, content in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    return path


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_the_pictures_of_an_archive_are_judged_one_by_one(
    tmp_path: Path, verify: Verify, issuer: LittleIssuer, kind: str, request: pytest.FixtureRequest
) -> None:
    monkeypatch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    caplog: pytest.LogCaptureFixture = request.getfixturevalue("caplog")
    monkeypatch.setattr(verify_parts, "PART_PICTURES", 2)
    members = {
        "a/1.png": picture_bytes(issuer.text()),
        "index.csv": b"no picture",
        "a/2.PNG": b"no picture",
        "a/\x1b[2J.png": picture_bytes("HC1:???"),
        "b.png": picture_bytes(issuer.text())[:-300],
        "c.jpeg": picture_bytes(issuer.text()),
    }
    path = pack(tmp_path / f"pack.{kind}", members)
    with caplog.at_level("WARNING"):
        _, verdicts = verify(path, n_workers=2)
    assert caplog.messages == [f"{path}: passed over what is no PNG or JPEG: 1"]
    assert [(row["source"], row["reason"]) for row in verdicts] == [
        (f"{path}/a/1.png", None),
        (f"{path}/a/2.PNG", "unreadable"),
        (f"{path}/a/\ufffd[2J.png", "base45"),
        (f"{path}/b.png", "unreadable"),
        (f"{path}/c.jpeg", None),
    ]


def test_a_verdict_holds_what_the_code_says_and_nothing_of_a_person(
    tmp_path: Path, verify: Verify, issuer: LittleIssuer
) -> None:
    stranger = LittleIssuer(country="FR")
    text = written(tmp_path, [issuer.text(), stranger.text(stranger.payload(iss="FR"))], "txt")
    summary, (valid, unknown) = verify(text)
    assert (valid["issuer"], valid["kid"], valid["iat"].timestamp()) == ("VN", issuer.kid, 1649901600)
    assert (unknown["issuer"], unknown["kid"], unknown["reason"]) == ("FR", stranger.kid, "kid_unknown")
    assert summary.by_issuer == {"FR": {"valid": 0, "invalid": 1}, "VN": {"valid": 1, "invalid": 0}}
    assert summary.by_key[issuer.kid.hex()] == {"valid": 1, "invalid": 0}
    assert "NGUYEN" not in str(valid) + str(unknown)


def test_the_same_bytes_come_out_whatever_the_number_of_workers(
    tmp_path: Path, issuer: LittleIssuer, texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify_parts, "PART_BYTES", 10_000)
    path = written(tmp_path, texts, "txt")
    outs = [tmp_path / f"{n}.parquet" for n in (1, 2, 4)]
    for n_workers, out in zip((1, 2, 4), outs, strict=True):
        verify_in_bulk(order_of(issuer, out, path, n_workers=n_workers), ignore, time.monotonic)
    assert len({out.read_bytes() for out in outs}) == 1


def test_verdicts_are_private_and_nothing_else_is_left(
    tmp_path: Path, issuer: LittleIssuer, texts: list[str]
) -> None:
    path, folder = written(tmp_path, texts, "txt"), tmp_path / "out"
    folder.mkdir()
    verify_in_bulk(order_of(issuer, folder / "v.parquet", path), ignore, time.monotonic)
    assert [entry.name for entry in folder.iterdir()] == ["v.parquet"]
    assert stat.S_IMODE((folder / "v.parquet").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "name", ["missing.txt", "empty.txt", "other.csv", "x.parquet", "empty.zip", "pipe.txt", "-"]
)
def test_what_cannot_be_read_at_all_stops_before_anything_is_written(
    tmp_path: Path, issuer: LittleIssuer, texts: list[str], name: str
) -> None:
    (tmp_path / "empty.txt").write_text("\n\n")
    (tmp_path / "other.csv").write_text("code\nHC1:A\n")
    pq.write_table(pa.table({"x": texts}), tmp_path / "x.parquet")
    os.mkfifo(tmp_path / "pipe.txt")
    zipfile.ZipFile(tmp_path / "empty.zip", "w").close()
    folder = tmp_path / "out"
    folder.mkdir()
    argument = name if name == "-" else tmp_path / name
    with pytest.raises(InputUnreadable):
        verify_in_bulk(order_of(issuer, folder / "v.parquet", argument), ignore, time.monotonic)
    assert list(folder.iterdir()) == []


def test_a_file_that_breaks_off_in_the_middle_costs_its_rest_only(
    tmp_path: Path, verify: Verify, texts: list[str]
) -> None:
    whole = tmp_path / "whole.parquet"
    pq.write_table(
        pa.table({"hc1": texts}), whole, row_group_size=100, use_dictionary=False, compression="none"
    )
    data = bytearray(whole.read_bytes())
    start = pq.ParquetFile(whole).metadata.row_group(2).column(0).data_page_offset
    data[start : start + 40] = bytes(40)
    whole.write_bytes(data)
    summary, verdicts = verify(whole, n_workers=2)
    assert places(verdicts) == [(str(whole), row) for row in [*range(1, 202), *range(301, 401)]]
    assert verdicts[200]["reason"] == "unreadable"
    assert summary.by_reason["unreadable"] == 1
    assert summary.valid == 225


@pytest.mark.parametrize("kind", ["parquet", "zip", "tar"])
def test_a_damaged_file_among_others_is_one_verdict(
    tmp_path: Path, verify: Verify, issuer: LittleIssuer, texts: list[str], kind: str
) -> None:
    """It once stopped the whole run."""
    cut, n_lost = tmp_path / f"cut.{kind}", {"parquet": 9, "zip": 9, "tar": 12_000}[kind]
    if kind == "parquet":
        pq.write_table(pa.table({"hc1": texts}), cut)
    else:
        pack(cut, {"1.png": picture_bytes(issuer.text()), "2.png": bytes(12_000)})
    cut.write_bytes(cut.read_bytes()[:-n_lost])
    text = written(tmp_path, texts[:2], "txt")
    _, verdicts = verify(text, cut, text, n_workers=2)
    found = [(row["source"], row["row"], row["reason"]) for row in verdicts]
    both = [(str(text), 1, None), (str(text), 2, None)]
    of_tar = [(f"{cut}/1.png", 1, None), (f"{cut}/2.png", None, "unreadable")]
    read_before = of_tar if kind == "tar" else []
    assert found == [*both, *read_before, (str(cut), None, "unreadable"), *both]


def test_pipes_and_dangling_links_among_pictures_cost_no_other(
    tmp_path: Path, verify: Verify, issuer: LittleIssuer
) -> None:
    """A pipe once had the run wait for ever."""
    os.mkfifo(tmp_path / "a.png")
    (tmp_path / "b.png").symlink_to(tmp_path / "nowhere.png")
    code_picture(issuer.text()).save(tmp_path / "c.png")
    _, verdicts = verify(tmp_path)
    assert [(Path(row["source"]).name, row["reason"]) for row in verdicts] == [
        ("a.png", "unreadable"),
        ("b.png", "unreadable"),
        ("c.png", None),
    ]


def test_a_name_that_is_no_utf_8_can_be_written(tmp_path: Path, verify: Verify, issuer: LittleIssuer) -> None:
    code_picture(issuer.text()).save(tmp_path / "a.png")
    os.rename(tmp_path / "a.png", os.fsencode(tmp_path) + b"/\xff.png")
    _, verdicts = verify(tmp_path)
    assert [(row["source"], row["reason"]) for row in verdicts] == [(f"{tmp_path}/?.png", None)]


def test_marks_are_written_and_counted(tmp_path: Path, verify: Verify, issuer: LittleIssuer) -> None:
    odd = issuer.text(issuer.payload(vaccination(dn=0, mp="x")))
    far = issuer.text(issuer.payload(vaccination(mp="y")))
    summary, verdicts = verify(written(tmp_path, [issuer.text(), odd, "HC1:???", far], "txt"))
    assert [row["marks"] for row in verdicts] == [[], ["off_schema", "off_value_set"], [], ["off_value_set"]]
    assert summary.by_mark == {"off_schema": 1, "off_value_set": 2}


def test_a_place_that_is_taken_is_left_alone(tmp_path: Path, issuer: LittleIssuer) -> None:
    taken = tmp_path / "v.parquet"
    taken.write_text("mine")
    with pytest.raises(OutputExists):
        verify_in_bulk(order_of(issuer, taken, issuer.text()), ignore, time.monotonic)
    assert taken.read_text() == "mine"
    with pytest.raises(OutputUnwritable):
        verify_in_bulk(order_of(issuer, tmp_path / "no" / "v", issuer.text()), ignore, time.monotonic)


def test_a_ctrl_c_leaves_nothing_behind(tmp_path: Path, issuer: LittleIssuer, texts: list[str]) -> None:
    path, folder = written(tmp_path, texts, "txt"), tmp_path / "out"
    folder.mkdir()

    def interrupt(_done: int, _of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(StoppedHalfWay, match="nothing was written"):
        verify_in_bulk(order_of(issuer, folder / "v.parquet", path), interrupt, time.monotonic)
    assert os.listdir(folder) == []


def test_progress_ends_at_all_that_was_expected(
    tmp_path: Path, issuer: LittleIssuer, texts: list[str]
) -> None:
    heard: list[tuple[int, int]] = []
    order = order_of(issuer, tmp_path / "v", written(tmp_path, texts, "parquet"), n_workers=2)
    verify_in_bulk(order, lambda done, of: heard.append((done, of)), time.monotonic)
    assert heard[-1] == (400, 400)
    assert all(of == 400 and 0 <= done <= of for done, of in heard)


def test_strangers_cannot_fill_the_memory_of_the_summary() -> None:
    counts = Counts()
    for number in range(MOST_OUTCOMES + 500):
        counts.put(Outcome("kid_unknown", f"{number}", None), 1)
    assert len(counts) == MOST_OUTCOMES + 1
    assert counts[Outcome("kid_unknown", "others", "others")] == 500
    assert counts.total() == MOST_OUTCOMES + 500
