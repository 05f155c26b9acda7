"""Files that somebody else has written, with commits to match: each is told from the issuer's own."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from damaged_files import cut, delete, flip_a_bit
from made_tables import REFUSED_TABLE, REGISTERED_TABLE, write_file

from signer.errors import RegistryUnreadable
from signer.registry import FileKey, PartFiles, Registry
from signer.registry.authentication import read_through
from signer.registry.checking import open_authentic
from signer.registry.reading import CommittedFile, files_of

PLAN = "0123456789abcdef" * 2
KEY, OTHER_KEY = FileKey(bytes(range(32))), FileKey(bytes(32))
N_FILES = 4
FORGED = "is what its commit says, and was not written under the secret of this profile"


@pytest.fixture
def files(registry: Registry) -> list[CommittedFile]:
    return [written(registry, part, KEY) for part in range(N_FILES)]


def part_of(registry: Registry, part: int, key: FileKey) -> PartFiles:
    """The files of a part without rows, as a worker writes them."""
    with registry.new_part(PLAN, part, key) as working:
        write_file(REGISTERED_TABLE, REGISTERED_TABLE.schema.empty_table(), working.certificates)
        write_file(REFUSED_TABLE, REFUSED_TABLE.schema.empty_table(), working.refused)
    return working.files


def written(registry: Registry, part: int, key: FileKey) -> CommittedFile:
    """A file of certificates as its commit describes it."""
    file = part_of(registry, part, key).certificates
    return CommittedFile(registry.path / "certificates" / file.name, PLAN, part, 1, 1, file, {})


def told(files: list[CommittedFile], key: FileKey = KEY) -> dict[int, str]:
    """What is said of the files that are not the issuer's, by part."""
    found = {}
    for file in files:
        try:
            with open_authentic(file, key) as path:
                assert path.read_bytes() == file.path.read_bytes()
        except RegistryUnreadable as error:
            found[file.part] = str(error).removeprefix(f"{file.path}: ").partition(";")[0]
    return found


def rewritten(file: CommittedFile, content: bytes, gmac: Any) -> CommittedFile:
    """The file with other content, and a commit that says so."""
    file.path.write_bytes(content)
    about: dict[str, Any] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return replace(file, file=replace(file.file, **about, gmac=gmac))


def test_the_issuers_own_are_not_named(files: list[CommittedFile]) -> None:
    assert told(files) == {}


def test_refusals_are_not_authenticated(registry: Registry) -> None:
    """They hold nothing that is signed."""
    files = part_of(registry, 0, KEY)
    assert files.certificates.gmac is not None
    assert files.refused.gmac is None


def test_under_another_key_all_are_named(files: list[CommittedFile]) -> None:
    found = told(files, OTHER_KEY)
    assert set(found) == set(range(N_FILES))
    assert set(found.values()) == {FORGED}


def test_a_file_with_its_commit_rewritten_is_named(registry: Registry, files: list[CommittedFile]) -> None:
    content = files[1].path.read_bytes() + b"\0"
    theirs = OTHER_KEY.new_mac()
    theirs.update(memoryview(content))
    for gmac in (files[1].file.gmac, files[0].file.gmac, theirs.hexdigest(), "", 7, "00" * 28):
        files[1] = rewritten(files[1], content, gmac)
        assert told(files) == {1: FORGED}, gmac


def test_a_file_that_was_never_authenticated_is_named_as_that(files: list[CommittedFile]) -> None:
    files[2] = replace(files[2], file=replace(files[2].file, gmac=None))
    assert told(files) == {2: "has no GMAC in its commit, as of another program or an earlier version"}


def test_a_file_of_ours_under_the_commit_of_another_is_named(files: list[CommittedFile]) -> None:
    """Its content is not what that commit was made for."""
    content = rewritten(files[0], b"what else was issued", None)
    mac = KEY.new_mac()
    with content.path.open("rb", buffering=0) as opened:
        read_through(opened, mac)
    ours = replace(content, file=replace(content.file, gmac=mac.hexdigest()))
    assert told([ours]) == {}
    files[1].path.write_bytes(content.path.read_bytes())
    assert told([ours, files[1]]) == {1: f"has 20 bytes instead of {files[1].file.bytes:,}"}


def test_what_takes_the_name_of_a_file_meanwhile_is_not_read(files: list[CommittedFile]) -> None:
    own, forged = files[0].path.read_bytes(), files[0].path.with_name("forged")
    with open_authentic(files[0], KEY) as path:
        forged.write_bytes(b"something else")
        forged.rename(files[0].path)
        assert path.read_bytes() == own
    assert set(told(files)) == {0}


def test_damage_is_told_as_what_it_is(files: list[CommittedFile]) -> None:
    chance = random.Random(1)
    size = files[1].file.bytes
    delete(files[0].path, chance)
    cut(files[1].path, chance)
    flip_a_bit(files[2].path, chance)
    files[3].path.unlink()
    files[3].path.mkdir()
    found = told(files)
    assert found[0] == "is missing"
    assert f"bytes instead of {size:,}" in found[1]
    assert "was changed: its SHA-256 is" in found[2]
    assert found[3] == "is no file"


def test_what_is_read_is_each_byte(files: list[CommittedFile]) -> None:
    path = files[0].path
    whole = path.read_bytes()
    for at in [*range(0, len(whole), 37), len(whole) - 1]:
        changed = bytearray(whole)
        changed[at] ^= 1
        path.write_bytes(changed)
        assert set(told(files)) == {0}, at
    path.write_bytes(whole)
    assert told(files) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [("name", 7), ("rows", "1"), ("bytes", None), ("bytes", "9"), ("sha256", 7), ("gmac", 7), ("gmac", [])],
)
def test_a_commit_that_describes_its_files_in_other_kinds_is_named(name: str, value: object) -> None:
    about = {"plan": PLAN, "part": 0, "skipped": {}, "name": "x.parquet", "rows": 1, "bytes": 9}
    about |= {"sha256": "0f" * 32, "min_shot_id": None, "max_shot_id": None}
    commit = {"signer": {"epoch": 1, "files": [about]}}
    assert len(list(files_of(Path("t"), 3, commit))) == 1
    about[name] = value
    with pytest.raises(RegistryUnreadable, match=r"3\.json: does not describe its files as signer does"):
        list(files_of(Path("t"), 3, commit))
