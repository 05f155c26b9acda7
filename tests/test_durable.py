"""Files and folders that are there whole or not at all."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from signer.durable import (
    append_line,
    new_file,
    new_part_file,
    publish_folder,
    set_aside,
    sync_tree,
    write_text,
)


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


def write_half(temporary: Path) -> None:
    temporary.write_bytes(b"half")
    raise RuntimeError


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is synced and renamed, in order."""
    noted: list[str] = []
    sync, rename = os.fsync, Path.rename

    def noting_sync(handle: int) -> None:
        noted.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        sync(handle)

    def noting_rename(path: Path, to: Path) -> Path:
        noted.append(f"{path.name} -> {to.name}")
        return rename(path, to)

    monkeypatch.setattr(os, "fsync", noting_sync)
    monkeypatch.setattr(Path, "rename", noting_rename)
    return noted


def test_bytes_and_names_are_on_the_disk_before_the_next_step(tmp_path: Path, steps: list[str]) -> None:
    """The file before its name, the name before anything relies on it: a power cut must not part them."""
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


def test_a_part_is_named_after_what_was_written_once_that_is_on_the_disk(
    tmp_path: Path, steps: list[str]
) -> None:
    with new_part_file(tmp_path / ".part.tmp", lambda path: f"part-{path.read_text()}"):
        (tmp_path / ".part.tmp").write_text("rows")
    assert steps == [".part.tmp", ".part.tmp -> part-rows", tmp_path.name]
    assert (tmp_path / "part-rows").read_text() == "rows"


def test_a_part_that_cannot_be_named_leaves_no_file(tmp_path: Path) -> None:
    def refuse(path: Path) -> str:
        raise RuntimeError

    with pytest.raises(RuntimeError), new_part_file(tmp_path / ".part.tmp", refuse):
        (tmp_path / ".part.tmp").write_text("rows")
    assert not list(tmp_path.iterdir())


def test_what_is_set_aside_stays_aside(tmp_path: Path, steps: list[str]) -> None:
    (tmp_path / "log").touch()
    set_aside(tmp_path / "log", tmp_path / "torn")
    assert steps == ["log -> torn", tmp_path.name]


def test_a_tree_is_synced_from_the_leaves_up(tmp_path: Path, steps: list[str]) -> None:
    (tmp_path / "table" / "log").mkdir(parents=True)
    (tmp_path / "table" / "log" / "entry").touch()
    sync_tree(tmp_path)
    assert steps == ["entry", "log", "table", tmp_path.name]


def test_lines_are_added_behind_each_other_to_a_private_file(tmp_path: Path) -> None:
    for line in ("one", "hai"):
        append_line(tmp_path / "log", line)
    assert (tmp_path / "log").read_text("utf-8") == "one\nhai\n"
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o600


def test_no_line_is_lost_where_several_add_at_a_time(tmp_path: Path) -> None:
    lines = [f"{number:04d}" + "x" * 200 for number in range(100)]
    with ThreadPoolExecutor(8) as several:
        list(several.map(lambda line: append_line(tmp_path / "log", line), lines))
    assert sorted((tmp_path / "log").read_text("utf-8").splitlines()) == lines


def test_a_line_that_would_be_swallowed_is_an_error() -> None:
    with pytest.raises(OSError, match="no regular file"):
        append_line(Path(os.devnull), "gone")
