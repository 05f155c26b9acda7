"""Tables at the edges: no row, one, all refused, columns of other types, other encodings, long names."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_batches import batches_of
from made_registers import HUONG, TODAY, cleaned, refusals, shot, verdict_on, verified_ids

from signer.cleaning import CleanCounts, Rules, ShotTable, clean, parquet_batches
from signer.errors import InputUnreadable
from signer.records.schemas import POPULATION, SHOTS
from signer.tables.columns import TableKind
from signer.tables.files import open_table

LONG_NAME = "Nguyễn Thị " + "Ễ" * 289  # 300 characters


def table_of(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_batches(batches_of(rows, schema)(schema.names), schema)


def clean_files(folder: Path, shots: pa.Table, people: pa.Table) -> CleanCounts:
    """Writes both tables as Parquet and cleans them from there."""
    opened = []
    for name, table, schema in (("shots", shots, SHOTS), ("population", people, POPULATION)):
        pq.write_table(table, folder / f"{name}.parquet", row_group_size=3)
        kind = TableKind(name, schema, "name the columns", "save it")
        opened.append(parquet_batches(open_table(folder / f"{name}.parquet", name, kind), schema))
    return clean(
        [ShotTable(opened[0])], [opened[1]], folder / "out", Rules(TODAY), memory_limit="200MB", threads=2
    )


@pytest.mark.parametrize("n_people", [0, 1])
@pytest.mark.parametrize("n_shots", [0, 1])
def test_tables_of_no_row_and_of_one_are_taken(tmp_path: Path, n_shots: int, n_people: int) -> None:
    counts = clean_files(
        tmp_path, table_of([shot()] * n_shots, SHOTS), table_of([HUONG] * n_people, POPULATION)
    )
    assert (counts.shots, counts.persons, counts.verified) == (n_shots, n_people, n_shots * n_people)
    assert pq.read_schema(tmp_path / "out" / "verified.parquet").equals(SHOTS)


def test_where_all_are_refused_the_other_table_is_empty(tmp_path: Path) -> None:
    rows = [shot(person_id=None), shot(full_name="An"), shot(date_of_birth="1980"), shot(dose_number=0)] * 30
    counts = cleaned(tmp_path, rows)
    assert (counts.verified, sum(counts.refused.values())) == (0, 120)
    assert pq.read_metadata(tmp_path / "verified.parquet").num_rows == 0


def test_text_and_numbers_in_related_types_are_read(tmp_path: Path) -> None:
    shots = table_of([shot()] * 5, SHOTS)
    for name, kind in (
        ("person_id", pa.large_string()),
        ("full_name", pa.dictionary(pa.int32(), pa.string())),
        ("dose_number", pa.int64()),
        ("doses_in_series", pa.uint8()),
    ):
        place = shots.schema.get_field_index(name)
        shots = shots.set_column(place, name, shots[name].cast(kind))
    nothing = shots.schema.get_field_index("lot")
    shots = shots.set_column(nothing, "lot", pa.nulls(5))
    counts = clean_files(tmp_path, shots, table_of([HUONG], POPULATION))
    assert (counts.verified, counts.refused["duplicate_shot"]) == (1, 4)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("person_id", pa.array([1180012345])),  # a leading zero is lost
        ("dose_number", pa.array(["1"])),
        ("vaccinated_on", pa.array(["2021-08-01"])),
        ("full_name", pa.array([1.5])),
    ],
)
def test_columns_of_types_that_could_mean_something_else_are_refused(
    tmp_path: Path, column: str, values: pa.Array
) -> None:
    shots = table_of([shot()], SHOTS)
    shots = shots.set_column(shots.schema.get_field_index(column), column, values)
    with pytest.raises(InputUnreadable, match=column):
        clean_files(tmp_path, shots, table_of([HUONG], POPULATION))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("encoding", ["utf-16", "cp1258", "latin-1", "utf-8"])
@pytest.mark.parametrize("field", ["full_name", "province", "vaccine", "sex", "nationality"])
def test_bytes_of_another_encoding_spoil_their_own_row_and_no_other(
    tmp_path: Path, field: str, encoding: str
) -> None:
    spoilt = shot(**{field: "Nguyên Thü".encode(encoding)})
    later = shot(dose_number=3, doses_in_series=3, vaccinated_on=datetime.date(2022, 1, 1))
    cleaned(tmp_path, [later, spoilt, shot(person_id="123456789")])
    assert verified_ids(tmp_path)[:1] == ["S0"]
    found = refusals(tmp_path)
    assert found["S2"] == ("person_not_found", None)
    assert (field == "full_name") <= ("S1" in found)
    kept = pq.read_table(tmp_path / "refused.parquet").num_rows
    assert kept + len(verified_ids(tmp_path)) == 3


def test_names_of_300_characters_are_compared_like_others(tmp_path: Path) -> None:
    long = {**HUONG, "full_name": LONG_NAME}
    assert len(LONG_NAME) == 300
    assert verdict_on(tmp_path / "same", shot(full_name=LONG_NAME.upper()), [long]) is None
    other = shot(full_name=LONG_NAME[:-1] + "Ê")
    assert verdict_on(tmp_path / "other", other, [long]) == ("name_differs", None)
