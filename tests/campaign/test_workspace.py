"""The working folder: cleared when stale, refused when in use, gone after an error."""

from __future__ import annotations

import os
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


def write_half(folder: Path) -> None:
    (folder / "file").touch()
    raise RuntimeError
