"""The pack run as a whole: every selected certificate in one shard, lists beside them, nothing half done."""

from __future__ import annotations

import csv
import hashlib
import json
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from made_certificates import certificates_table, spread_over, write_certificates

from signer.campaign import pack_run
from signer.campaign.pack_run import PackOrder, pack
from signer.campaign.pack_summary import PackSummary
from signer.errors import InputUnreadable, OutputExists, StoppedHalfWay
from signer.packing import scattering
from signer.packing.delivery import Pictures, Texts
from signer.packing.selection import Selection
from signer.records.pictures import PictureOptions

PROVINCES = ["Huế", "Hà Nội", "An Giang", None, "../..", "HUẾ"]
N_ROWS = 3000


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output folder of two parts, whose provinces take turns."""
    folder = tmp_path_factory.mktemp("issued")
    changes = spread_over("province", PROVINCES, N_ROWS)
    for row in changes:
        changes[row]["facility"] = f"F{row % 50}"
    write_certificates(folder / "certificates" / "part-00000.parquet", 2000, rows_below(changes, 2000), 700)
    second = {row - 2000: values for row, values in changes.items() if row >= 2000}
    for row, values in second.items():
        values |= {"uvci": f"URN:UVCI:01:VN:B{row}", "shot_id": f"T{row}"}
    write_certificates(folder / "certificates" / "part-00001.parquet", 1000, second, 700)
    return folder


def rows_below(changes: dict[int, dict[str, Any]], n_rows: int) -> dict[int, dict[str, Any]]:
    return {row: values for row, values in changes.items() if row < n_rows}


def order_of(issued: Path, out: Path, **changes: Any) -> PackOrder:
    order = PackOrder([issued], out, Texts("csv"), "province", 150, Selection(), 2)
    return replace(order, **changes)


def run(order: PackOrder) -> PackSummary:
    return pack(order, lambda done, total: None, time.monotonic)


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("by", ["none", "province", "facility"])
def test_every_certificate_is_in_one_shard_of_its_group(tmp_path: Path, issued: Path, by: str) -> None:
    summary = run(order_of(issued, tmp_path / "out", by=by))
    index = read_csv(tmp_path / "out" / "index.csv")
    packed = []
    for shard in index:
        rows = read_csv(tmp_path / "out" / shard["path"])
        assert int(shard["certificates"]) == len(rows) <= 150
        if by != "none":
            assert {row["province"] for row in rows} == {shard["province"]}
        if by == "facility":
            assert {row["facility"] for row in rows} == {shard["facility"]}
        packed += [(row["uvci"], row["hc1"]) for row in rows]
    table = pq.read_table(issued / "certificates", columns=["uvci", "hc1"]).to_pylist()
    assert sorted(packed) == sorted((row["uvci"], row["hc1"]) for row in table)
    assert (summary.certificates, summary.selected, summary.packed) == (N_ROWS, N_ROWS, N_ROWS)
    assert (summary.left_out, summary.not_found, summary.shards) == (0, 0, len(index))
    assert summary.groups == {"none": 1, "province": 6, "facility": 150}[by]


def test_the_index_says_bytes_and_digest_of_every_shard(tmp_path: Path, issued: Path) -> None:
    summary = run(order_of(issued, tmp_path / "out"))
    out, index = tmp_path / "out", read_csv(tmp_path / "out" / "index.csv")
    for shard in index:
        content = (out / shard["path"]).read_bytes()
        assert (int(shard["bytes"]), shard["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert summary.bytes == sum(int(shard["bytes"]) for shard in index)
    listed = {shard["path"] for shard in index} | {"index.csv", "summary.json"}
    assert set(files_of(out)) == listed
    assert json.loads((out / "summary.json").read_text()) == summary.as_dict()


def test_the_digest_of_a_folder_is_that_of_its_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    path = write_certificates(tmp_path / "in.parquet", 5)
    delivery = Pictures(PictureOptions("png"), "none")
    run(order_of(path, tmp_path / "out", delivery=delivery, by="none"))
    (shard,) = read_csv(tmp_path / "out" / "index.csv")
    content = b"".join(file.read_bytes() for file in sorted((tmp_path / "out" / shard["path"]).iterdir()))
    assert (int(shard["bytes"]), shard["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert len(list((tmp_path / "out" / shard["path"]).iterdir())) == 6


def test_folders_of_hostile_places_stay_inside_and_apart(tmp_path: Path, issued: Path) -> None:
    run(order_of(issued, tmp_path / "a" / "out"))
    folders = sorted(path.name for path in (tmp_path / "a" / "out").iterdir() if path.is_dir())
    assert len(folders) == 6
    assert len({folder.casefold() for folder in folders}) == 6
    assert {"An Giang", "Hà Nội"} < set(folders)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["out"]


def test_files_do_not_depend_on_the_number_of_workers_or_the_cut_of_the_input(
    tmp_path: Path, issued: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tmp_path / "whole.parquet"
    pq.write_table(pq.read_table(issued / "certificates"), whole)
    runs = []
    for n_workers, given, bucket_rows in ((1, issued, 100_000), (2, issued, 500), (3, whole, 10)):
        monkeypatch.setattr(pack_run, "BUCKET_ROWS", bucket_rows)
        out = tmp_path / f"out-{n_workers}"
        run(order_of(given, out, n_workers=n_workers))
        runs.append({name: content for name, content in files_of(out).items() if name != "summary.json"})
    assert len(runs[0]) > 20
    assert runs[0] == runs[1] == runs[2]


def test_a_selection_is_packed_and_written_down(tmp_path: Path, issued: Path) -> None:
    selection = Selection(provinces=["Huế"], shot_ids=["S0", "S1", "S6"], issued_from=date(2022, 4, 14))
    summary = run(order_of(issued, tmp_path / "out", selection=selection))
    (shard,) = read_csv(tmp_path / "out" / "index.csv")
    assert [row["shot_id"] for row in read_csv(tmp_path / "out" / shard["path"])] == ["S0", "S6"]
    assert (summary.selected, summary.packed, summary.not_found) == (2, 2, 1)
    assert not summary.is_complete
    assert read_csv(tmp_path / "out" / "not_found.csv") == [{"column": "shot_id", "value": "S1"}]
    assert summary.selection == {
        "uvci": None,
        "shot_id": {"count": 3, "sha256": hashlib.sha256(b"S0\nS1\nS6\n").hexdigest()},
        "province": ["Huế"],
        "facility": [],
        "issued_from": "2022-04-14",
        "issued_until": None,
    }


def test_nothing_selected_is_an_error_that_names_the_selection(tmp_path: Path, issued: Path) -> None:
    selection = Selection(provinces=["Cà Mau"], uvcis=["URN:1", "URN:2"])
    with pytest.raises(InputUnreadable) as raised:
        run(order_of(issued, tmp_path / "out", selection=selection))
    assert "none of the 3000 certificates is selected by: 2 uvci; province Cà Mau" in str(raised.value)
    assert not list(tmp_path.iterdir())


def test_an_input_without_certificates_is_an_error(tmp_path: Path) -> None:
    empty = write_certificates(tmp_path / "in" / "certificates.parquet", 0)
    with pytest.raises(InputUnreadable, match="none of the 0 certificates is selected by: all"):
        run(order_of(empty, tmp_path / "out"))


def test_what_is_left_out_is_listed_in_order_and_the_rest_is_packed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pack_run, "BUCKET_ROWS", 10)
    changes: dict[int, dict[str, Any]] = spread_over("province", ["B", "A"], 100)
    for row in (90, 91, 17, 18):
        changes[row]["hc1"] = "hc1:small letters"
    path = write_certificates(tmp_path / "in.parquet", 100, changes)
    summary = run(order_of(path, tmp_path / "out", shard_size=5))
    left_out = read_csv(tmp_path / "out" / "left_out.csv")
    assert [row["shot_id"] for row in left_out] == ["S17", "S91", "S18", "S90"]  # by group, then as given
    assert {row["reason"] for row in left_out} == {
        "hc1 has characters that are not of a QR code's alphanumeric mode"
    }
    assert (summary.selected, summary.packed, summary.left_out) == (100, 96, 4)
    assert not summary.is_complete
    index = read_csv(tmp_path / "out" / "index.csv")
    assert sum(int(shard["certificates"]) for shard in index) == 96


def test_a_shard_of_which_nothing_is_left_is_not_there(tmp_path: Path) -> None:
    changes = {
        row: {"province": "A" if row < 5 else "B", "hc1": "?" if row < 5 else "HC1:A"} for row in range(10)
    }
    path = write_certificates(tmp_path / "in.parquet", 10, changes)
    summary = run(order_of(path, tmp_path / "out"))
    assert [shard["path"] for shard in read_csv(tmp_path / "out" / "index.csv")] == ["B/shard-00000.csv"]
    assert not list((tmp_path / "out").glob("A/*"))
    assert (summary.shards, summary.left_out) == (1, 5)


def test_progress_ends_with_all_selected_certificates(tmp_path: Path, issued: Path) -> None:
    heard: list[tuple[int, int]] = []
    order = order_of(issued, tmp_path / "out", selection=Selection(provinces=["Huế"]))
    pack(order, lambda done, total: heard.append((done, total)), time.monotonic)
    assert heard[-1] == (500, 500)
    assert heard == sorted(heard)


def damage(path: Path, column: str) -> None:
    chunk = pq.read_metadata(path).row_group(1).column(certificates_table(0).schema.get_field_index(column))
    with path.open("r+b") as file:
        file.seek(chunk.dictionary_page_offset or chunk.data_page_offset)
        file.write(b"\xff" * 64)


@pytest.mark.parametrize("column", ["uvci", "facility", "hc1"])
def test_a_damaged_input_is_named_and_nothing_is_left(tmp_path: Path, column: str) -> None:
    path = write_certificates(tmp_path / "in" / "part.parquet", 3000, rows_per_group=1000)
    damage(path, column)
    with pytest.raises(InputUnreadable, match=r"part\.parquet: damaged"):
        run(order_of(path, tmp_path / "out"))
    assert [entry.name for entry in tmp_path.iterdir()] == ["in"]


def test_the_same_certificates_twice_are_refused(tmp_path: Path, issued: Path) -> None:
    with pytest.raises(InputUnreadable, match="has the same uvci as row 0 of"):
        run(order_of(issued, tmp_path / "out", certificates=[issued, issued / "certificates"]))
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path, issued: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(OutputExists):
        run(order_of(issued, tmp_path / "out"))


def test_a_disk_without_room_for_sorting_stops_the_run(
    tmp_path: Path, issued: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(scattering, "_append", fail)
    with pytest.raises(StoppedHalfWay, match=r"\.staging: cannot be written: No space left"):
        run(order_of(issued, tmp_path / "out"))
    assert not list(tmp_path.iterdir())


def test_a_disk_that_fails_stops_the_run_and_names_the_file(
    tmp_path: Path, issued: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(
        StoppedHalfWay, match=r"out\.incomplete/.*shard-0000\d\.csv: cannot be written: No space"
    ):
        run(order_of(issued, tmp_path / "out"))
    assert not list(tmp_path.iterdir())
