"""Files that cannot be used are refused with the file, what is wrong and what to do."""

from __future__ import annotations

import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sources_tables import shots_table

from signer.errors import InputUnreadable
from signer.records.schemas import SHOTS
from signer.sources import open_source, read_part


def refused(path) -> str:
    with pytest.raises(InputUnreadable) as caught:
        open_source(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    return message


def with_column(table, column, values):
    return table.set_column(table.schema.get_field_index(column), column, values)


@pytest.mark.parametrize("column", SHOTS.names)
def test_a_missing_column_is_named_with_all_that_are_expected(write_parquet, column):
    message = refused(write_parquet(shots_table(3).drop_columns([column])))
    assert f"column {column} is missing" in message
    assert ", ".join(SHOTS.names) in message


def test_unknown_columns_are_named_beside_the_missing_ones(write_parquet):
    table = shots_table(3).rename_columns({"lot": " lot", "vaccine": "Vaccine"})
    message = refused(write_parquet(table))
    assert "column vaccine, lot are missing, unknown 'Vaccine', ' lot' found; " in message


def test_of_many_unknown_columns_ten_are_named(write_parquet):
    others = pa.table({f"other {number}": [1] for number in range(11)})
    message = refused(write_parquet(others))
    assert "'other 9', ... found" in message
    assert "other 10" not in message


def test_a_column_that_stands_there_twice_is_refused(write_parquet):
    table = shots_table(3)
    assert "more than once" in refused(write_parquet(table.append_column("lot", table["lot"])))


@pytest.mark.parametrize(
    ("column", "kind", "advice"),
    [
        ("full_name", pa.binary(), "expected string"),
        ("person_id", pa.int64(), "expected string"),
        ("dose_number", pa.float64(), "expected int32"),
        ("dose_number", pa.string(), "expected int32"),
        ("vaccinated_on", pa.timestamp("us"), "no time in it"),
        ("vaccinated_on", pa.string(), "expected date32"),
    ],
)
def test_a_mistyped_column_is_named_with_both_types(write_parquet, column, kind, advice):
    table = shots_table(3)
    values = pa.array([12, 13, 14]) if column == "person_id" else table[column].cast(kind)
    message = refused(write_parquet(with_column(table, column, values)))
    assert f"column {column} is " in message
    assert advice in message


def test_days_in_milliseconds_become_days_in_parquet_and_are_taken(write_parquet):
    table = shots_table(3)
    path = write_parquet(with_column(table, "vaccinated_on", table["vaccinated_on"].cast(pa.date64())))
    (batch,) = read_part(open_source(path).parts(100)[0])
    assert batch["vaccinated_on"].equals(table["vaccinated_on"].combine_chunks())


def test_a_missing_file_is_refused(tmp_path):
    assert "no such file" in refused(tmp_path / "none.parquet")


def test_a_directory_is_refused(tmp_path):
    assert "a directory" in refused(tmp_path)


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "empty.parquet").touch()
    assert "empty" in refused(tmp_path / "empty.parquet")


@pytest.mark.parametrize("content", [b"PK\x03\x04 an Excel file", b"shot_id;full_name\n", b"x"])
def test_another_kind_of_file_is_refused(tmp_path, content):
    (tmp_path / "other.parquet").write_bytes(content)
    assert "not a Parquet file" in refused(tmp_path / "other.parquet")


@pytest.mark.parametrize("kept", [0.01, 0.5, 0.999])
def test_a_file_cut_short_is_refused_when_it_is_opened(write_parquet, kept):
    path = write_parquet(shots_table(1000))
    content = path.read_bytes()
    path.write_bytes(content[: max(5, int(len(content) * kept))])
    assert "cut short" in refused(path)


def test_a_damaged_footer_is_refused(write_parquet):
    path = write_parquet(shots_table(100))
    content = bytearray(path.read_bytes())
    content[-400:-8] = os.urandom(392)
    path.write_bytes(content)
    assert "damaged" in refused(path)


def test_a_file_without_permission_is_refused(write_parquet):
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    path = write_parquet(shots_table(1))
    path.chmod(0)
    assert "owner and mode" in refused(path)


def test_damage_inside_is_found_while_reading_and_names_the_rows(write_parquet):
    path = write_parquet(shots_table(1000), rows_per_group=500)
    chunk = pq.read_metadata(path).row_group(1).column(3)
    content = bytearray(path.read_bytes())
    start = chunk.dictionary_page_offset
    content[start : start + 200] = b"\xff" * 200
    path.write_bytes(content)
    first, second = open_source(path).parts(500)
    assert sum(len(batch) for batch in read_part(first)) == 500
    with pytest.raises(InputUnreadable, match=f"{path}: damaged, rows 500 to 999"):
        list(read_part(second))


def test_a_file_that_went_away_is_reported_by_its_part(write_parquet):
    path = write_parquet(shots_table(10))
    (part,) = open_source(path).parts(100)
    path.unlink()
    with pytest.raises(InputUnreadable, match="rows 0 to 9"):
        list(read_part(part))


def test_a_file_exchanged_for_a_shorter_one_is_reported_by_its_part(write_parquet):
    (part,) = open_source(write_parquet(shots_table(10))).parts(100)
    write_parquet(shots_table(7))
    with pytest.raises(InputUnreadable, match="changed or exchanged"):
        list(read_part(part))


def test_a_file_exchanged_for_one_of_as_many_rows_is_reported_by_its_part(write_parquet):
    (part,) = open_source(write_parquet(shots_table(10))).parts(100)
    write_parquet(shots_table(11).slice(1))
    with pytest.raises(InputUnreadable, match="changed or exchanged"):
        list(read_part(part))


def test_messages_name_the_file_that_was_staged(write_parquet):
    path = write_parquet(shots_table(10))
    (part,) = open_source(path, shown_as="clinic.csv").parts(100)
    path.unlink()
    with pytest.raises(InputUnreadable, match=r"^clinic\.csv: "):
        list(read_part(part))
