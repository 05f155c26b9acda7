"""Rows that repeat the shot_id of an earlier row, over one and several sources."""

from __future__ import annotations

import random

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sources_tables import shots_table

from signer.errors import InputUnreadable, StoppedHalfWay
from signer.sources import find_duplicates, open_source
from signer.tables import repeats


def with_ids(ids, kind=None):
    column = pa.array(ids, pa.string()).cast(kind or pa.string())
    return shots_table(len(ids)).set_column(0, "shot_id", column)


@pytest.fixture
def repeated(tmp_path, write_parquet):
    def find(*columns, kind=None, memory_limit="200MB"):
        paths = [
            write_parquet(with_ids(ids, kind), f"{number}.parquet", rows_per_group=70)
            for number, ids in enumerate(columns)
        ]
        found = find_duplicates(
            [open_source(path) for path in paths], memory_limit=memory_limit, temp_directory=tmp_path
        )
        assert found.dtype == np.int64
        return found.tolist()

    return find


def test_no_row_repeats_another(repeated):
    assert repeated([f"S{row}" for row in range(500)]) == []


def test_every_row_but_the_first_of_an_id_is_found(repeated):
    assert repeated(["a", "b", "a", "c", "b", "a"]) == [2, 4, 5]


def test_rows_are_counted_over_all_sources(repeated):
    assert repeated(["a", "b", "c"], ["d", "a"], [], ["c", "e", "d"]) == [4, 5, 7]


def test_null_and_empty_ids_repeat_nothing(repeated):
    assert repeated([None, "", None, "", "a", "a"]) == [5]


def test_ids_that_differ_in_case_or_blanks_are_different(repeated):
    assert repeated(["a", "A", "a ", " a"]) == []


@pytest.mark.parametrize(
    "kind", [pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())], ids=str
)
def test_all_kinds_of_text_are_compared(repeated, kind):
    assert repeated(["a", "b", "a"], ["b"], kind=kind) == [2, 3]


def test_ids_that_are_not_utf_8_do_not_stop_the_search(tmp_path, write_parquet):
    raw = pa.array([b"\xff\xfe", b"a", b"\xff\xfe", b"a"], pa.binary())
    column = pa.Array.from_buffers(pa.string(), 4, raw.buffers())
    source = open_source(write_parquet(shots_table(4).set_column(0, "shot_id", column)))
    assert find_duplicates([source], memory_limit="200MB", temp_directory=tmp_path).tolist() == [2, 3]


def test_many_repeated_ids_agree_with_a_plain_count(repeated):
    random_ids = random.Random(11)
    ids = [f"S{random_ids.randrange(3000)}" for _ in range(6000)]
    seen: set[str] = set()
    expected = [row for row, shot_id in enumerate(ids) if shot_id in seen or seen.add(shot_id)]
    assert repeated(ids[:2000], ids[2000:]) == expected


def test_no_sources_and_sources_without_rows_have_no_repeated_ids(repeated):
    assert repeated() == []
    assert repeated([]) == []


def test_a_damaged_source_is_named(tmp_path, write_parquet):
    path = write_parquet(shots_table(1000), rows_per_group=500)
    chunk = pq.read_metadata(path).row_group(1).column(0)
    content = bytearray(path.read_bytes())
    start = chunk.dictionary_page_offset
    content[start : start + 200] = b"\xff" * 200
    path.write_bytes(content)
    with pytest.raises(InputUnreadable, match=f"{path}: damaged"):
        find_duplicates([open_source(path)], memory_limit="200MB", temp_directory=tmp_path)


def test_too_little_memory_and_disk_stops_the_run(repeated, monkeypatch):
    def too_little(*_: object) -> None:
        raise duckdb.OutOfMemoryException("failed to offload data block")

    monkeypatch.setattr(repeats, "_query", too_little)
    with pytest.raises(StoppedHalfWay, match="needs more than 200MB"):
        repeated(["a"])
