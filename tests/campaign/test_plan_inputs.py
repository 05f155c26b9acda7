"""Inputs are hashed whole, or the run does not start."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from signer.campaign import plan_inputs
from signer.campaign.plan_inputs import hash_inputs
from signer.errors import InputUnreadable
from signer.tables.files import identity_of


def made_files(folder: Path, sizes: list[int]) -> list[Path]:
    paths = [folder / f"{number}.csv" for number in range(len(sizes))]
    for path, size in zip(paths, sizes, strict=True):
        path.write_bytes(os.urandom(size))
    return paths


@pytest.mark.parametrize("n_threads", [1, 2, 8])
def test_inputs_are_told_by_the_digests_of_their_bytes(tmp_path: Path, n_threads: int) -> None:
    paths = made_files(tmp_path, [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5_000_000])  # blocks of 1 MiB
    heard: list[tuple[int, int]] = []
    files = hash_inputs(paths, n_threads, lambda done, total: heard.append((done, total)))
    for path, file in zip(paths, files, strict=True):
        assert file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
        assert file.n_bytes == path.stat().st_size
        assert (file.path, file.identity) == (str(path), identity_of(path))
    assert heard == sorted(heard)
    assert heard[-1] == (sum(file.n_bytes for file in files),) * 2


def test_paths_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path,) = made_files(tmp_path, [10])
    monkeypatch.chdir(tmp_path)
    assert hash_inputs([Path(path.name)], 1, lambda done, total: None)[0].path == str(path)


def test_one_file_may_be_given_twice(tmp_path: Path) -> None:
    (path,) = made_files(tmp_path, [10])
    one, other = hash_inputs([path, path], 2, lambda done, total: None)
    assert one == other


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable, match=r"absent\.csv: no such file"):
        hash_inputs([*made_files(tmp_path, [10]), tmp_path / "absent.csv"], 2, lambda done, total: None)


def test_a_directory_and_a_pipe_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable, match="a directory; name the files in it"):
        hash_inputs([tmp_path], 1, lambda done, total: None)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputUnreadable, match="not a regular file"):
        hash_inputs([tmp_path / "pipe"], 1, lambda done, total: None)


class ChangingDigest:
    """SHA-256 that has something happen to the file once the first block of it is read."""

    def __init__(self, change: Callable[[], None]) -> None:
        self._change = change
        self._digest = hashlib.new("sha256")

    def update(self, block: bytes) -> None:
        self._change()
        self._digest.update(block)

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


@pytest.mark.parametrize("change", ["grows", "shrinks", "is written to", "is exchanged"])
def test_a_file_that_changes_meanwhile_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    (path,) = made_files(tmp_path, [3 << 20])

    def act() -> None:
        if change == "grows":
            with path.open("ab") as file:
                file.write(b"x")
        elif change == "shrinks":
            os.truncate(path, 1000)
        elif change == "is written to":
            os.utime(path, ns=(1, 1))
        else:
            (other,) = made_files(tmp_path, [0])
            other.replace(path)

    if change == "is exchanged":
        path = path.rename(tmp_path / "shots.csv")
    monkeypatch.setattr(plan_inputs.hashlib, "sha256", lambda: ChangingDigest(act))
    with pytest.raises(InputUnreadable, match=f"{path}: is being written to"):
        hash_inputs([path], 1, lambda done, total: None)


def test_an_error_in_one_file_stops_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = made_files(tmp_path, [2 << 20, 64 << 20])

    def stopped(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hash_inputs(paths, 2, stopped)
