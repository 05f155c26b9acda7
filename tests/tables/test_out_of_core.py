"""Databases of one room: each spills to a folder of its own, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from signer.errors import InputUnreadable, StoppedHalfWay
from signer.tables.out_of_core import Room, Stream, open_database


def spill_folder(database: duckdb.DuckDBPyConnection) -> Path:
    (folder,) = database.execute("SELECT current_setting('temp_directory')").fetchall()[0]
    return Path(folder)


def test_databases_that_are_open_at_a_time_do_not_share_their_files(tmp_path: Path) -> None:
    room = Room("200MB", tmp_path, 1)
    with open_database("one", room, []) as one, open_database("two", room, []) as two:
        folders = {spill_folder(one), spill_folder(two)}
        assert len(folders) == 2
        assert {folder.parent for folder in folders} == {tmp_path}
        assert all(folder.stat().st_mode & 0o777 == 0o700 for folder in folders)
    assert list(tmp_path.iterdir()) == []


def test_what_was_spilled_goes_with_the_database(tmp_path: Path) -> None:
    with open_database("sorting", Room("12MB", tmp_path, 1), []) as database:
        database.execute(
            "CREATE TABLE rows AS SELECT range AS row, hash(range)::VARCHAR AS text FROM range(600000)"
        )
        assert any(spill_folder(database).iterdir())
        assert database.execute("SELECT count(*) FROM rows").fetchall() == [(600_000,)]
    assert list(tmp_path.iterdir()) == []


def test_a_room_without_a_folder_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(StoppedHalfWay, match="gone"),
        open_database("seeking", Room("200MB", tmp_path / "gone", 1), []),
    ):
        pass


def test_a_stream_that_ends_while_batches_are_read_is_told_by_its_own_error(tmp_path: Path) -> None:
    """DuckDB raises an error of its own at the first batch, and the reader of batches an OSError later."""

    def batches() -> Iterator[pa.RecordBatch]:
        for _ in range(50):
            yield pa.record_batch({"n": [1] * 10_000})
        raise InputUnreadable("register.parquet: damaged")

    stream, n_read = Stream(pa.schema([("n", pa.int64())]), batches()), 0

    def read() -> None:
        nonlocal n_read
        with open_database("reading", Room("200MB", tmp_path, 1), [stream]) as database:
            database.register("numbers", stream.reader())
            for batch in database.execute("SELECT n FROM numbers").to_arrow_reader(1_000):
                n_read += len(batch)

    with pytest.raises(InputUnreadable, match="register"):
        read()
    assert n_read
