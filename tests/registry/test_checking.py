"""Damaged part files: each is named, whatever was done to it, and no other is."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from damaged_files import Damage, cut, delete, flip_a_bit
from made_parts import write_parts

from signer.registry import Registry
from signer.registry.checking import damaged_files
from signer.registry.reading import CommittedFile

N_PARTS = 6
TABLES = ("certificates", "refused")


@pytest.fixture
def files(registry: Registry) -> list[CommittedFile]:
    """The files of six parts, none like another, as their commits describe them."""
    return [
        CommittedFile(registry.path / table / file.name, part.plan_id, part.part, 1, 1, file, part.skipped)
        for table in TABLES
        for part in write_parts(registry, range(N_PARTS))
        for file in [part.file_in(table)]
    ]


def damaged(files: list[CommittedFile]) -> dict[Path, str]:
    """What is told of each damaged file."""
    return {damage.file.path: str(damage) for damage in damaged_files(files, 2, lambda _done, _of: None)}


def add_bytes(path: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes() + bytes(chance.randrange(1, 9)))


def empty(path: Path, _chance: random.Random) -> None:
    path.write_bytes(b"")


DAMAGES: list[Damage] = [delete, cut, flip_a_bit, add_bytes, empty]


def test_whole_files_are_not_named_and_their_bytes_are_counted(files: list[CommittedFile]) -> None:
    heard: list[tuple[int, int]] = []
    assert damaged_files(files, 2, lambda done, of: heard.append((done, of))) == []
    n_bytes = sum(file.path.stat().st_size for file in files)
    assert len(heard) == len(files) == 2 * N_PARTS
    assert heard[-1] == (n_bytes, n_bytes)


def test_no_files_have_no_damage() -> None:
    assert damaged([]) == {}


def test_a_hundred_of_a_hundred_damages_are_named_and_nothing_else(files: list[CommittedFile]) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    whole = {file.path: file.path.read_bytes() for file in files}
    for number in range(100):
        harm = chance.choice([*DAMAGES, None])
        hurt = chance.sample(sorted(whole), 2 if harm is None else 1)
        if harm is None:
            hurt[0].write_bytes(whole[hurt[1]])
            hurt[1].write_bytes(whole[hurt[0]])
        else:
            harm(hurt[0], chance)
        told = damaged(files)
        assert set(told) == set(hurt), f"{number}: {harm}"
        assert all(str(path) in text and "put it back" in text for path, text in told.items())
        for path in hurt:
            path.write_bytes(whole[path])
    assert damaged(files) == {}


def test_a_swapped_file_is_told_from_a_changed_one(files: list[CommittedFile]) -> None:
    first, second = (file.path for file in files[:2])
    first.rename(first.with_suffix(".aside"))
    second.rename(first)
    first.with_suffix(".aside").rename(second)
    told = damaged(files)
    assert f"holds what belongs into {second.name}" in told[first]
    assert f"holds what belongs into {first.name}" in told[second]


def test_each_damage_says_what_was_found(files: list[CommittedFile]) -> None:
    chance = random.Random(1)
    paths = [file.path for file in files]
    size = paths[1].stat().st_size
    delete(paths[0], chance)
    os.truncate(paths[1], 7)
    flip_a_bit(paths[2], chance)
    paths[3].unlink()
    paths[3].mkdir()
    paths[4].unlink()
    os.mkfifo(paths[4])
    told = damaged(files)
    assert "is missing" in told[paths[0]]
    assert f"has 7 bytes instead of {size:,}" in told[paths[1]]
    assert "was changed" in told[paths[2]]
    assert "is no file" in told[paths[3]]
    assert "is no file" in told[paths[4]]


def test_a_file_that_cannot_be_read_is_named(files: list[CommittedFile]) -> None:
    path = files[0].path
    path.unlink()
    path.symlink_to(path)  # as the mode keeps nobody out who is root
    assert "cannot be read" in damaged(files)[path]
