"""Files and folders that are there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from signer.campaign.durable import new_file, publish_folder, sync_folder, write_text


def test_a_file_gets_its_name_only_when_the_block_has_ended(tmp_path: Path) -> None:
    path = tmp_path / "table"
    with new_file(path) as temporary:
        temporary.write_bytes(b"rows")
        assert not path.exists()
        assert temporary.parent == tmp_path  # another file system could not be renamed from
    assert path.read_bytes() == b"rows"
    assert [entry.name for entry in tmp_path.iterdir()] == ["table"]


def test_an_error_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), new_file(tmp_path / "table") as temporary:
        write_half(temporary)
    assert not list(tmp_path.iterdir())


def test_an_error_leaves_an_earlier_file_as_it_was(tmp_path: Path) -> None:
    write_text(tmp_path / "table", "old")
    with pytest.raises(RuntimeError), new_file(tmp_path / "table") as temporary:
        write_half(temporary)
    assert (tmp_path / "table").read_text() == "old"


def test_a_folder_is_published_under_its_name(tmp_path: Path) -> None:
    working = tmp_path / "out.incomplete"
    working.mkdir()
    (working / "file").touch()
    publish_folder(working, tmp_path / "out")
    assert not working.exists()
    assert (tmp_path / "out" / "file").exists()


def test_a_folder_is_never_published_over_another(tmp_path: Path) -> None:
    (tmp_path / "out.incomplete").mkdir()
    (tmp_path / "out").mkdir()  # empty: rename(2) alone would replace it silently
    with pytest.raises(FileExistsError):
        publish_folder(tmp_path / "out.incomplete", tmp_path / "out")


def test_all_files_of_a_folder_are_synced_before_their_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.readlink(f"/proc/self/fd/{handle}")))
    (tmp_path / "a").touch()
    (tmp_path / "b").touch()
    sync_folder(tmp_path)
    assert sorted(synced[:2]) == [str(tmp_path / "a"), str(tmp_path / "b")]
    assert synced[2:] == [str(tmp_path)]


def write_half(temporary: Path) -> None:
    temporary.write_bytes(b"half")
    raise RuntimeError


def test_bytes_and_names_are_on_the_disk_before_the_next_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file before its name, the name before anything relies on it: a power cut must not part them."""
    steps: list[str] = []
    sync, rename = os.fsync, Path.rename

    def noting_sync(handle: int) -> None:
        steps.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        sync(handle)

    def noting_rename(path: Path, to: Path) -> Path:
        steps.append(f"{path.name} -> {to.name}")
        return rename(path, to)

    monkeypatch.setattr(os, "fsync", noting_sync)
    monkeypatch.setattr(Path, "rename", noting_rename)
    working = tmp_path / "work"
    working.mkdir()
    write_text(working / "table", "rows")
    publish_folder(working, tmp_path / "out")
    assert steps == [
        ".table.tmp",
        ".table.tmp -> table",
        "work",
        "work",
        "work -> out",
        tmp_path.name,
    ]
