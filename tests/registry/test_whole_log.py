"""A log that lost a commit, or holds what is none, is refused by name: its shots would be issued again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest
from made_parts import PLAN, write_part

from signer.errors import RegistryUnreadable
from signer.registry import Registry, open_or_create, open_registry, table_log

N_PARTS = 5

Asking = Callable[[Registry], object]
ASKING: dict[str, Asking] = {
    "lease": lambda registry: registry.lease().__enter__(),
    "parts": lambda registry: registry.committed_parts(PLAN),
    "files": lambda registry: registry.files("certificates"),
    "orphans": Registry.orphans,
    "clean": Registry.clean,
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with five parts and a checkpoint of the first three, of which each test has a copy."""
    registry = open_or_create(tmp_path_factory.mktemp("whole") / "registry", test=True)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(table_log, "VERSIONS_PER_CHECKPOINT", 3)
        for part in range(N_PARTS):
            with registry.lease() as lease:
                registry.commit(lease, [write_part(registry, part)])
    return registry.path


@pytest.fixture
def registry(tmp_path: Path, whole: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    monkeypatch.setattr(table_log, "VERSIONS_PER_CHECKPOINT", 3)
    return open_registry(shutil.copytree(whole, tmp_path / "registry"))


@pytest.fixture
def log(registry: Registry) -> Path:
    """The log of its certificates."""
    return registry.path / "certificates" / "_delta_log"


def entry(log: Path, version: int) -> Path:
    return log / f"{version:020d}.json"


@pytest.mark.parametrize("asking", ASKING.values(), ids=ASKING)
@pytest.mark.parametrize("version", [0, 2, 3, 4], ids=lambda version: f"v{version}")
@pytest.mark.parametrize("content", [b"", b'{"cut', None], ids=["empty", "damaged", "missing"])
def test_an_earlier_commit_that_is_lost_is_named(
    registry: Registry, log: Path, content: bytes | None, version: int, asking: Asking
) -> None:
    if content is None:
        entry(log, version).unlink()
    else:
        entry(log, version).write_bytes(content)
    told = rf"{version:020d}\.json: is missing or damaged"
    if asking in (ASKING["parts"], ASKING["files"]):
        told += "|certificates: cannot be read"  # by the library, behind the last checkpoint
    with pytest.raises(RegistryUnreadable, match=told):
        asking(registry)


def test_the_last_commit_is_missing_where_a_checkpoint_was_made_of_it(registry: Registry, log: Path) -> None:
    for version in (3, 4, 5):
        entry(log, version).unlink()
    with pytest.raises(RegistryUnreadable, match=rf"{3:020d}\.json: is missing"), registry.lease():
        pass


MALFORMED = {
    "null": '{"commitInfo":null}',
    "number": '{"commitInfo":{"signer":5}}',
    "files": '{"commitInfo":{"signer":{"files":[5]}}}',
    "list": '{"commitInfo":[]}',
    "add": '{"add":5}',
}


@pytest.mark.parametrize("asking", ASKING.values(), ids=ASKING)
@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED)
def test_a_commit_that_makes_no_sense_is_named(
    registry: Registry, log: Path, content: str, asking: Asking
) -> None:
    entry(log, N_PARTS + 1).write_text(content + "\n")
    with pytest.raises(RegistryUnreadable, match=rf"{N_PARTS + 1:020d}\.json|certificates: cannot be read"):
        asking(registry)


@pytest.mark.parametrize("asking", ASKING.values(), ids=ASKING)
@pytest.mark.parametrize(
    "name", [f"{N_PARTS + 1:020d}.json", f"{3:020d}.checkpoint.parquet", "_last_checkpoint"]
)
@pytest.mark.parametrize("put", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_what_is_no_file_is_named_and_not_waited_for(
    registry: Registry, log: Path, put: Callable[[Path], None], name: str, asking: Asking
) -> None:
    (log / name).unlink(missing_ok=True)
    put(log / name)
    with pytest.raises(RegistryUnreadable, match=rf"{name}: is no regular file"):
        asking(registry)


def test_files_that_an_older_checkpoint_lacks_are_named(registry: Registry, log: Path) -> None:
    with registry.lease() as lease:
        registry.commit(lease, [write_part(registry, N_PARTS)])
    shutil.copy(log / f"{3:020d}.checkpoint.parquet", log / f"{6:020d}.checkpoint.parquet")
    with pytest.raises(RegistryUnreadable, match=r"-00003-.*was taken out of the table by another program"):
        registry.files("certificates")


def test_all_that_is_written_is_private_whatever_the_umask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_log, "VERSIONS_PER_CHECKPOINT", 2)
    before = os.umask(0)
    try:
        registry = open_or_create(tmp_path / "registry")
        for part in range(3):
            with registry.lease(take_over=part == 2) as lease:
                registry.commit(lease, [write_part(registry, part)])
    finally:
        os.umask(before)
    found = [path for path in registry.path.rglob("*") if path.is_file()]
    assert {path.name: path.stat().st_mode & 0o777 for path in found} == {path.name: 0o600 for path in found}
    assert "_last_checkpoint" in {path.name for path in found}


def test_a_thousand_commits_are_read_in_a_moment(registry: Registry, log: Path) -> None:
    for version in range(N_PARTS + 1, 1_001):
        shutil.copy(entry(log, N_PARTS), entry(log, version))
    started = perf_counter()
    with registry.lease():
        assert perf_counter() - started < 5
