"""Parquet sources: parts cover the rows once and in order, and what is read has exactly the shots schema."""

from __future__ import annotations

import pickle

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sources_tables import shots_table

from signer.records.schemas import SHOTS
from signer.sources import open_source, read_part
from signer.sources.source import Part, Source, identity_of


def read_all(source, rows_per_part=200_000, batch_rows=65_536):
    batches = [b for part in source.parts(rows_per_part) for b in read_part(part, batch_rows)]
    return pa.Table.from_batches(batches, SHOTS)


@pytest.mark.parametrize("rows_per_group", [1, 7, 40, 120])
@pytest.mark.parametrize("rows_per_part", [1, 10, 39, 40, 41, 100, 500])
def test_all_parts_together_are_the_file(write_parquet, rows_per_group, rows_per_part):
    """Row groups of one row up to the whole file; parts below, at and above the size of a row group."""
    table = shots_table(120)
    source = open_source(write_parquet(table, rows_per_group=rows_per_group))
    assert read_all(source, rows_per_part, batch_rows=16).equals(table)


def test_batches_are_exactly_the_schema_contiguous_and_no_longer_than_asked(write_parquet):
    source = open_source(write_parquet(shots_table(1000), rows_per_group=1000))
    for part in source.parts(rows_per_part=150):
        batches = list(read_part(part, batch_rows=64))
        assert sum(len(batch) for batch in batches) == part.n_rows
        for batch in batches:
            assert batch.schema.equals(SHOTS, check_metadata=True)
            assert 0 < len(batch) <= 64
            assert all(column.offset == 0 for column in batch.columns)


@given(
    st.lists(st.integers(0, 500), max_size=12),
    st.integers(1, 300),
)
def test_parts_cover_all_rows_in_order(group_rows, rows_per_part):
    source = Source(path=None, shown_as="x", group_rows=tuple(group_rows), identity=())
    starts = np.concatenate([[0], np.cumsum(group_rows)])
    row = 0
    for part in source.parts(rows_per_part):
        assert part.first_row == row
        assert part.first_row == starts[part.row_groups[0]] + part.skip
        assert part.first_row + part.n_rows <= starts[part.row_groups[-1] + 1]
        assert 0 < part.n_rows <= max(rows_per_part * 3 // 2, 1)
        row += part.n_rows
    assert row == source.n_rows == sum(group_rows)


def test_row_groups_are_joined_up_to_the_size_of_a_part():
    parts = Source(None, "x", (100_000, 90_000, 100_000, 1, 0, 5), ()).parts(200_000)
    assert [(part.row_groups, part.n_rows) for part in parts] == [((0, 1), 190_000), ((2, 3, 5), 100_006)]


def test_a_large_row_group_is_cut_and_no_piece_is_tiny():
    parts = Source(None, "x", (1_048_576,), ()).parts(200_000)
    assert [(part.skip, part.n_rows) for part in parts] == [
        (0, 200_000),
        (200_000, 200_000),
        (400_000, 200_000),
        (600_000, 200_000),
        (800_000, 248_576),
    ]


def test_a_part_survives_pickling(write_parquet):
    source = open_source(write_parquet(shots_table(300)))
    for part in source.parts(100):
        assert pickle.loads(pickle.dumps(part)) == part


def test_a_file_without_rows_has_no_parts(write_parquet):
    source = open_source(write_parquet(shots_table(0)))
    assert (source.n_rows, source.parts(100)) == (0, [])


def test_a_part_of_no_rows_gives_no_batches(write_parquet):
    path = write_parquet(shots_table(10))
    assert list(read_part(Part(path, str(path), 0, 0, row_groups=(), identity=identity_of(path)))) == []


def test_extra_columns_are_ignored_and_order_is_free(write_parquet):
    table = shots_table(50)
    turned = table.select(reversed(SHOTS.names)).append_column("remark", pa.array(["x"] * 50))
    assert read_all(open_source(write_parquet(turned))).equals(table)


def cast(table, column, kind):
    return table.set_column(table.schema.get_field_index(column), column, table[column].cast(kind))


@pytest.mark.parametrize("column", ["shot_id", "full_name", "vaccine"])
@pytest.mark.parametrize(
    "kind", [pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())], ids=str
)
def test_all_kinds_of_text_are_read_as_string(write_parquet, column, kind):
    table = shots_table(300)
    assert read_all(open_source(write_parquet(cast(table, column, kind)))).equals(table)


@pytest.mark.parametrize(
    "kind", [pa.int8(), pa.int16(), pa.int64(), pa.uint8(), pa.uint32(), pa.uint64()], ids=str
)
def test_all_kinds_of_whole_numbers_are_read_as_int32(write_parquet, kind):
    table = shots_table(300)
    assert read_all(open_source(write_parquet(cast(table, "dose_number", kind)))).equals(table)


def test_a_number_that_does_not_fit_is_marked_and_its_neighbours_are_kept(write_parquet):
    table = shots_table(4)
    wide = pa.chunked_array([pa.array([1, 2**31, None, -(2**40)], pa.int64())])
    table = table.set_column(table.schema.get_field_index("dose_number"), "dose_number", wide)
    assert read_all(open_source(write_parquet(table)))["dose_number"].to_pylist() == [
        1,
        -(2**31),
        None,
        -(2**31),
    ]


def test_a_column_of_nulls_without_type_is_read_as_nulls(write_parquet):
    table = shots_table(5)
    for column in ("phone", "dose_number", "vaccinated_on"):
        table = table.set_column(table.schema.get_field_index(column), column, pa.nulls(5))
    read = read_all(open_source(write_parquet(table)))
    assert read["phone"].null_count == read["dose_number"].null_count == read["vaccinated_on"].null_count == 5


def test_text_that_is_not_utf_8_reaches_the_core_as_it_is(write_parquet):
    """The core refuses the row with its own reason: one bad value must not stop a file."""
    table = shots_table(3)
    broken = pa.Array.from_buffers(pa.string(), 3, pa.array([b"a", b"\xff\xfe", b"b"], pa.binary()).buffers())
    table = table.set_column(table.schema.get_field_index("full_name"), "full_name", broken)
    (batch,) = read_part(open_source(write_parquet(table)).parts(100)[0])
    assert batch["full_name"].cast(pa.binary(), safe=False)[1].as_py() == b"\xff\xfe"


def test_metadata_of_the_file_does_not_reach_the_batches(write_parquet):
    table = shots_table(3).replace_schema_metadata({"owner": "x"})
    (batch,) = read_part(open_source(write_parquet(table)).parts(100)[0])
    assert batch.schema.metadata is None


def test_a_cut_row_group_is_read_without_holding_all_of_it(tmp_path):
    """By Arrow's own count: a batch, a page and a dictionary of each column, whatever the row group holds."""
    path = tmp_path / "large.parquet"
    whole = pa.concat_tables([shots_table(50_000)] * 12)
    n_bytes = whole.nbytes
    pq.write_table(whole, path, row_group_size=len(whole))
    del whole
    part = open_source(path).parts(100_000)[-1]
    before = pa.total_allocated_bytes()
    highest = max(pa.total_allocated_bytes() - before for _ in read_part(part, batch_rows=8192))
    assert highest < n_bytes / 3
