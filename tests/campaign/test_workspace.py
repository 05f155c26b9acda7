"""The working folder: cleared when stale, refused when in use, gone after an error."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from signer.campaign.workspace import open_workspace
from signer.errors import OutputExists, OutputUnwritable


def test_it_becomes_the_output_when_all_is_done(tmp_path: Path) -> None:
    with open_workspace(tmp_path / "out") as folder:
        assert folder == tmp_path / "out.incomplete"
        (folder / "file").touch()
        assert not (tmp_path / "out").exists()
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]
    assert [entry.name for entry in (tmp_path / "out").iterdir()] == ["file"]


def test_missing_parents_are_made(tmp_path: Path) -> None:
    with open_workspace(tmp_path / "2022" / "04" / "out"):
        pass
    assert (tmp_path / "2022" / "04" / "out").is_dir()


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), open_workspace(tmp_path / "out") as folder:
        write_half(folder)
    assert not list(tmp_path.iterdir())


def test_the_remains_of_a_killed_run_are_cleared(tmp_path: Path) -> None:
    stale = tmp_path / "out.incomplete"
    (stale / "certificates").mkdir(parents=True)
    (stale / "certificates" / "part-00000.parquet").touch()
    (stale / "summary.json").touch()
    (stale / ".lock").touch()
    with open_workspace(tmp_path / "out") as folder:
        assert [entry.name for entry in folder.iterdir()] == [".lock"]


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_none_but_the_owner_can_read_it(tmp_path: Path, umask: int) -> None:
    previous = os.umask(umask)
    try:
        with open_workspace(tmp_path / "out") as folder:
            assert mode_of(folder) == 0o700
    finally:
        os.umask(previous)
    assert mode_of(tmp_path / "out") == 0o700


@pytest.mark.parametrize("left", [[], [".lock", "summary.json"]], ids=["empty", "of a killed run"])
def test_a_folder_that_was_open_to_others_is_closed_to_them(tmp_path: Path, left: list[str]) -> None:
    stale = tmp_path / "out.incomplete"
    stale.mkdir()
    stale.chmod(0o777)
    for name in left:
        (stale / name).touch()
    with open_workspace(tmp_path / "out") as folder:
        assert mode_of(folder) == 0o700


@pytest.mark.parametrize("lock", [None, "the user's own"])
def test_a_folder_of_someone_else_is_refused_and_left_alone(tmp_path: Path, lock: str | None) -> None:
    theirs = tmp_path / "out.incomplete"
    theirs.mkdir(mode=0o755)
    (theirs / "thesis.txt").write_text("years of work")
    if lock:
        (theirs / ".lock").write_text(lock)
    before = {path: path.read_text() for path in theirs.iterdir()}
    with pytest.raises(OutputExists, match="not of a run"), open_workspace(tmp_path / "out"):
        pass
    assert {path: path.read_text() for path in theirs.iterdir()} == before
    assert mode_of(theirs) == 0o755


def test_what_an_error_leaves_undeleted_is_still_known_as_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(path: Path) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", failing)
        with pytest.raises(RuntimeError), open_workspace(tmp_path / "out") as folder:
            write_half(folder / "certificates")
    assert (tmp_path / "out.incomplete" / "certificates" / "file").exists()
    with open_workspace(tmp_path / "out") as folder:
        assert [entry.name for entry in folder.iterdir()] == [".lock"]


def test_a_folder_in_use_is_refused_and_left_alone(tmp_path: Path) -> None:
    with open_workspace(tmp_path / "out") as folder:
        (folder / "file").touch()
        with pytest.raises(OutputExists, match="another run is writing"), open_workspace(tmp_path / "out"):
            pass
        assert (folder / "file").exists()
    assert (tmp_path / "out" / "file").exists()


@pytest.mark.parametrize("kind", ["folder", "file", "dangling link"])
def test_whatever_stands_at_the_output_is_refused(tmp_path: Path, kind: str) -> None:
    out = tmp_path / "out"
    if kind == "folder":
        out.mkdir()
    elif kind == "file":
        out.touch()
    else:
        out.symlink_to(tmp_path / "nowhere")
    with pytest.raises(OutputExists, match="there already"), open_workspace(out):
        pass
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputUnwritable, match="cannot be made"), open_workspace(tmp_path / "file" / "out"):
        pass


def test_the_output_may_be_named_relatively(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with open_workspace(Path("out")) as folder:
        os.chdir("/")  # the working folder is known by its full path
        (folder / "file").touch()
        os.chdir(tmp_path)
    assert (tmp_path / "out" / "file").exists()


def mode_of(folder: Path) -> int:
    return stat.S_IMODE(folder.stat().st_mode)


def write_half(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "file").touch()
    raise RuntimeError
