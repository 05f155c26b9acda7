"""What becomes a registry, what is taken for one, and what is left alone."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import pytest
from made_parts import PLAN, once, rows_in, write_part

from signer.errors import OutputExists, OutputUnwritable, RegistryUnreadable
from signer.records.pictures import PictureOptions
from signer.registry import Registry, open_or_create, open_registry, table_log
from signer.registry.history import read_history


def test_a_registry_is_made_with_its_tables_and_opened_again(tmp_path: Path) -> None:
    made = open_or_create(tmp_path / "some" / "registry")
    assert json.loads((made.path / "registry.json").read_text()) == {"format": 1, "test": False}
    assert sorted(path.name for path in made.path.iterdir()) == [
        "certificates", "plans", "refused", "registry.json", "revocations",
    ]  # fmt: skip
    assert [list(made.files(table)) for table in ("certificates", "refused", "revocations")] == [[], [], []]
    assert open_or_create(tmp_path / "some" / "registry") == made
    assert [path.name for path in (tmp_path / "some").iterdir()] == ["registry"]


@pytest.mark.parametrize("name", ["empty", "link", "."])
def test_an_empty_folder_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """It is where the user stands, or another disk: a registry that replaces it is not in it."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("empty")
    monkeypatch.chdir(tmp_path / "empty" if name == "." else tmp_path)
    inode = (tmp_path / "empty").stat().st_ino
    with pytest.raises(OutputExists, match=r"is there and is no registry; .* such as (.*/)?registry"):
        open_or_create(Path(name))
    assert (tmp_path / "empty").stat().st_ino == inode
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["empty", "link"]
    assert open_or_create(Path(name) / "registry").files("certificates") == []


def test_a_link_to_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nothing")
    with pytest.raises(OutputExists, match="is a link to what is not there"):
        open_or_create(tmp_path / "link")


NAMES = ["a b", "h#s", "q?u", "50% off", "q\"'u", "a;b[x]*~", "a:b", "s3:", "ü", "-x", "{x}&y=c+d", " "]


@pytest.mark.parametrize("name", NAMES)
def test_a_registry_may_be_called_almost_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(table_log, "VERSIONS_PER_CHECKPOINT", 2)
    registry = open_or_create(tmp_path / name)
    for part in range(3):
        with registry.lease() as lease:
            registry.commit(lease, [write_part(registry, part)])
    registry = open_registry(tmp_path / name)
    assert rows_in(registry) == once(range(3))
    assert list(registry.committed_parts(PLAN)) == [0, 1, 2]
    assert [timed.committed.part for timed in read_history(registry.path / "refused").files] == [0, 1, 2]
    assert (registry.path / "certificates" / "_delta_log" / f"{2:020d}.checkpoint.parquet").exists()
    assert registry.clean() == []
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["n\nl", "b\\s", "p%20c", "t\t", os.fsdecode(b"n\xff"), "\x7f"], ids=ascii)
def test_a_name_that_is_taken_for_another_is_refused(tmp_path: Path, registry: Registry, name: str) -> None:
    with pytest.raises(OutputUnwritable, match="is no path for a registry"):
        open_or_create(tmp_path / name / "registry")
    (tmp_path / name).symlink_to(registry.path)
    with pytest.raises(RegistryUnreadable, match="is no path for a registry") as refusal:
        open_registry(tmp_path / name)
    assert str(refusal.value).isascii()


def test_nobody_else_may_read_it(registry: Registry) -> None:
    write_part(registry, 0)
    with registry.lease() as lease:
        registry.commit(lease, [write_part(registry, 1)])
    for path in (registry.path, *registry.path.rglob("*")):
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path


@pytest.mark.parametrize("name", ["photo.jpg", "certificates", ".hidden"])
def test_a_folder_of_someone_else_is_refused_and_left_as_it_is(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(OutputExists, match="is no registry and not empty"):
        open_or_create(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputExists):
        open_or_create(tmp_path / "file")


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputUnwritable, match="cannot be made"):
        open_or_create(tmp_path / "file" / "registry")


def test_nothing_is_no_registry_to_a_reader(tmp_path: Path) -> None:
    with pytest.raises(RegistryUnreadable, match="is it a registry"):
        open_registry(tmp_path)


@pytest.mark.parametrize("mark", ["", "{", "[]", '{"format": 2}', '{"format": 2, "test": false}'])
def test_another_format_is_refused(registry: Registry, mark: str) -> None:
    (registry.path / "registry.json").write_text(mark)
    with pytest.raises(RegistryUnreadable, match=r"registry\.json"):
        open_or_create(registry.path)


@pytest.mark.parametrize("name", ["plans", "refused/_delta_log"])
def test_a_registry_that_lost_a_folder_is_refused_and_names_it(registry: Registry, name: str) -> None:
    shutil.rmtree(registry.path / name)
    with pytest.raises(RegistryUnreadable, match=f"{name}: is missing"):
        open_or_create(registry.path)


def test_a_registry_holds_pictures_of_one_format_or_none(tmp_path: Path) -> None:
    with_pictures = open_or_create(tmp_path / "png", pictures=PictureOptions("png"))
    assert with_pictures.picture_format == "png"
    assert open_or_create(tmp_path / "png", pictures=PictureOptions("png", scale=2)) == with_pictures
    for other in (PictureOptions("svg"), None):
        with pytest.raises(OutputExists, match="with png pictures"):
            open_or_create(tmp_path / "png", pictures=other)
    assert open_or_create(tmp_path / "none").picture_format is None
    with pytest.raises(OutputExists, match="with no pictures, not png"):
        open_or_create(tmp_path / "none", pictures=PictureOptions("png"))


@pytest.mark.parametrize("url", ["s3://bucket/registry", "abfss://container@account/registry", "file:///r"])
def test_an_object_store_is_refused_rather_than_a_folder_of_its_name_made(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputUnwritable, match="an object store cannot hold a registry"):
        open_or_create(Path(url))
    assert not list(tmp_path.iterdir())
