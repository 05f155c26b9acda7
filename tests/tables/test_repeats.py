"""Keys that repeat, over batches of any kind of text, and what is told where the search cannot end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from signer.errors import InputUnreadable, StoppedHalfWay
from signer.tables import repeats
from signer.tables.out_of_core import Room
from signer.tables.repeats import KeysOfRows, first_repeat, repeating_rows


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room("200MB", tmp_path, threads=1)


def keys_of(*batches: tuple[Sequence[int], pa.Array]) -> KeysOfRows:
    def keys() -> Iterator[tuple[npt.NDArray[np.int64], pa.Array]]:
        yield from ((np.array(rows, np.int64), texts) for rows, texts in batches)

    return keys


def test_rows_keep_the_numbers_they_were_given(room: Room) -> None:
    keys = keys_of(
        ([3, 5], pa.array(["a", "b"])), ([8, 13, 21], pa.array(["b", "a", "b"]).dictionary_encode())
    )
    assert repeating_rows("key", keys, room).tolist() == [8, 13, 21]
    assert first_repeat("key", keys, room) == (3, 13)


@pytest.mark.parametrize("texts", [[], ["a", "b"], ["", "", None, None]])
def test_where_nothing_repeats_there_is_no_first_repeat(room: Room, texts: list[str | None]) -> None:
    keys = keys_of((range(len(texts)), pa.array(texts, pa.string())))
    assert repeating_rows("key", keys, room).tolist() == []
    assert first_repeat("key", keys, room) is None


def test_an_error_of_the_keys_comes_out_as_it_was(room: Room) -> None:
    def broken() -> Iterator[tuple[npt.NDArray[np.int64], pa.Array]]:
        yield np.array([0]), pa.array(["a"])
        raise InputUnreadable("shots.parquet: damaged")

    with pytest.raises(InputUnreadable, match=r"^shots\.parquet: damaged$"):
        first_repeat("key", broken, room)


def test_too_little_room_is_told_with_the_name_of_the_key(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_little(*_: object) -> None:
        raise duckdb.OutOfMemoryException("failed to offload data block")

    monkeypatch.setattr(repeats, "_query", too_little)
    with pytest.raises(StoppedHalfWay, match="finding repeated uvcis needs more than 200MB"):
        first_repeat("uvci", keys_of(), room)
