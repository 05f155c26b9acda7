"""Archives: the same bytes for the same files, read by the usual programs."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

from signer.packing.archives import OpenArchive, open_deflated_zip, open_tar, open_zip

MOMENT = 1_649_906_101  # an odd second: zip counts every other one
ARCHIVES = [open_zip, open_deflated_zip, open_tar]
FILES = {"b.png": b"\x89PNG" * 100, "a.png": b"", "index.csv": b"x" * 1000}


def written(open_archive: OpenArchive, path: Path, moment: int = MOMENT) -> Path:
    with open_archive(path) as archive:
        for name, content in FILES.items():
            archive.add(name, content, moment)
    return path


@pytest.mark.parametrize("open_archive", ARCHIVES)
def test_bytes_depend_on_the_files_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_archive: OpenArchive
) -> None:
    first = written(open_archive, tmp_path / "first").read_bytes()
    monkeypatch.setenv("TZ", "Asia/Ho_Chi_Minh")
    time.tzset()
    try:
        assert written(open_archive, tmp_path / "second").read_bytes() == first
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("open_archive", "method"), [(open_zip, zipfile.ZIP_STORED), (open_deflated_zip, zipfile.ZIP_DEFLATED)]
)
def test_zip_holds_the_files_in_their_order_and_for_their_owner(
    tmp_path: Path, open_archive: OpenArchive, method: int
) -> None:
    path = written(open_archive, tmp_path / "a.zip")
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        entries = file.infolist()
        assert {entry.filename: file.read(entry) for entry in entries} == FILES
    assert [entry.filename for entry in entries] == list(FILES)
    for entry in entries:
        assert entry.compress_type == method
        assert entry.external_attr >> 16 == 0o100600
        assert entry.create_system == 3
        assert entry.date_time == (2022, 4, 14, 3, 15, 0)
    if not shutil.which("unzip"):
        pytest.skip("unzip is not installed; Python's own reader has found no fault")
    tested = subprocess.run(["unzip", "-t", path], capture_output=True, text=True, check=False)
    assert "No errors detected" in tested.stdout, tested


@pytest.mark.parametrize("open_archive", ARCHIVES)
def test_an_archive_without_files_is_one(tmp_path: Path, open_archive: OpenArchive) -> None:
    with open_archive(tmp_path / "a"):
        pass
    if open_archive is open_tar:
        with tarfile.open(tmp_path / "a") as tar:
            assert tar.getnames() == []
    else:
        with zipfile.ZipFile(tmp_path / "a") as file:
            assert file.namelist() == []


def test_tar_holds_the_files_in_their_order_for_nobody_in_particular(tmp_path: Path) -> None:
    path = written(open_tar, tmp_path / "a.tar")
    with tarfile.open(path) as file:
        entries = file.getmembers()
        contents = [(entry.name, file.extractfile(entry).read()) for entry in entries]
    assert contents == list(FILES.items())
    for entry in entries:
        assert (entry.mode, entry.uid, entry.gid, entry.uname, entry.gname) == (0o600, 0, 0, "", "")
        assert entry.mtime == MOMENT
    listed = subprocess.run(["tar", "-tf", path], capture_output=True, text=True, check=True)
    assert listed.stdout.split() == list(FILES)


@pytest.mark.parametrize("moment", [-1, 0, 2**33, 2**40])
@pytest.mark.parametrize("open_archive", ARCHIVES)
def test_times_that_an_archive_cannot_hold_become_the_nearest(
    tmp_path: Path, open_archive: OpenArchive, moment: int
) -> None:
    path = written(open_archive, tmp_path / "a", moment)
    if open_archive is not open_tar:
        with zipfile.ZipFile(path) as file:
            assert file.infolist()[0].date_time in ((1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58))
    else:
        with tarfile.open(path) as file:
            assert file.getmembers()[0].mtime == min(max(moment, 0), 2**33 - 1)
