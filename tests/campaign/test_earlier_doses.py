"""All doses of a person but the latest, found over all inputs of a run."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_shots import shots_batch

from signer.campaign.earlier_doses import find_earlier_doses
from signer.campaign.issue_parts import cut_into_parts
from signer.errors import InputUnreadable, StoppedHalfWay
from signer.sources import open_source

JUNE, JULY = date(2021, 6, 1), date(2021, 7, 1)


@dataclass(frozen=True)
class Dose:
    """What counts of a row."""

    person_id: bytes | None = b"P"
    on: date | None = JUNE
    number: int | None = 1


Inputs = Sequence[Sequence[Dose]]


def table_of(doses: Sequence[Dose], number_type: pa.DataType | None = None) -> pa.Table:
    """Shots of these doses; a person_id may be no UTF-8."""
    shots = pa.Table.from_batches([shots_batch(len(doses))])
    persons = pa.array([dose.person_id for dose in doses], pa.binary()).view(pa.string())
    columns = {
        "person_id": persons,
        "vaccinated_on": pa.array([dose.on for dose in doses], pa.date32()),
        "dose_number": pa.array([dose.number for dose in doses], number_type or pa.int32()),
    }
    for name, column in columns.items():
        shots = shots.set_column(shots.schema.get_field_index(name), name, column)
    return shots


def earlier_in(folder: Path, tables: Sequence[pa.Table], duplicates: Sequence[int] = ()) -> list[int]:
    """The rows found, as the parts' workers read them."""
    for n, table in enumerate(tables):
        pq.write_table(table, folder / f"{n}.parquet", row_group_size=40_000)
    opened = [open_source(folder / f"{n}.parquet") for n in range(len(tables))]
    repeated = np.array(duplicates, np.int64)
    earlier = find_earlier_doses(opened, repeated, folder / "earlier", temp_directory=folder, threads=2)
    found: list[int] = []
    for part in cut_into_parts(opened, repeated, 100_000):
        of_part = earlier.of(part)
        assert len(of_part.uvcis) == len(of_part.rows)
        found += (of_part.rows + part.first_row).tolist()
    return found


Find = Callable[..., list[int]]


@pytest.fixture
def find(tmp_path: Path) -> Find:
    def run(*inputs: Sequence[Dose], duplicates: Sequence[int] = (), **options: Any) -> list[int]:
        return earlier_in(tmp_path, [table_of(doses, **options) for doses in inputs], duplicates)

    return run


def plainly(inputs: Inputs, duplicates: Sequence[int]) -> list[int]:
    """The same, told with a dict."""
    doses = [dose for doses in inputs for dose in doses]
    taking_part = [row for row, dose in enumerate(doses) if dose.person_id and row not in duplicates]
    latest: dict[bytes, tuple[bool, date, int, int]] = {}
    for row in taking_part:
        dose = doses[row]
        assert dose.person_id is not None
        number = -(2**31) if dose.number is None else dose.number
        rank = (dose.on is not None, dose.on or date.min, number, -row)
        latest[dose.person_id] = max(latest.get(dose.person_id, rank), rank)
    kept = {-row for *_, row in latest.values()}
    return [row for row in taking_part if row not in kept]


def test_of_the_doses_of_a_person_the_latest_is_left_over_all_inputs(find: Find) -> None:
    first, second, other = Dose(), Dose(on=JULY, number=2), Dose(b"Q")
    assert find([second, other], [first], [other, second]) == [2, 3, 4]


def test_the_date_counts_before_the_number_and_of_equals_the_first_row_is_left(find: Find) -> None:
    assert find([Dose(on=JUNE, number=3), Dose(on=JULY, number=1), Dose(on=JULY, number=1)]) == [0, 2]


@pytest.mark.parametrize("number_type", [pa.int8(), pa.int64()], ids=str)
def test_of_one_date_the_highest_number_is_left(find: Find, number_type: pa.DataType) -> None:
    doses = [Dose(number=None), Dose(number=-1), Dose(number=3), Dose(number=2)]
    assert find(doses, number_type=number_type) == [0, 1, 3]


def test_a_missing_date_ranks_last_however_high_the_number(find: Find) -> None:
    assert find([Dose(on=None, number=9), Dose(on=date(1, 1, 1), number=None)]) == [0]
    assert find([Dose(on=None, number=1), Dose(on=None, number=2)]) == [0]


def test_a_number_that_cannot_be_read_ranks_last(find: Find) -> None:
    doses = [Dose(number=2**31), Dose(number=1), Dose(number=-(2**40))]
    assert find(doses, number_type=pa.int64()) == [0, 2]


def test_a_latest_dose_that_will_be_refused_lets_no_earlier_one_through(find: Find) -> None:
    """It gives a certificate when it is corrected; until then there is none, rather than one of less."""
    assert find([Dose(on=JUNE, number=1), Dose(on=JULY, number=-5)]) == [0]


def test_rows_without_person_id_stand_for_themselves(find: Find) -> None:
    assert find([Dose(None), Dose(None), Dose(b""), Dose(b""), Dose(b"P")]) == []


def test_persons_are_told_apart_to_the_letter_and_need_not_be_utf_8(find: Find) -> None:
    different = [b"c1234567", b"C1234567", b"C1234567 ", b"\xff\xfe", b"\xff", b"\\xff"]
    assert find([Dose(person) for person in [*different, b"\xff"]]) == [6]


def test_rows_that_repeat_an_earlier_shot_take_no_part(find: Find) -> None:
    """Such a row is refused: it shall neither be left as the latest nor be counted as skipped."""
    doses = [Dose(on=JUNE), Dose(on=JULY), Dose(on=date(2021, 5, 1))]
    assert find(doses, duplicates=[1]) == [2]
    assert find(doses, duplicates=[0, 1]) == []


@pytest.mark.parametrize("inputs", [[[]], [[], [Dose()], []], [[Dose(None)]]])
def test_where_no_dose_is_earlier_there_are_no_rows(find: Find, inputs: Inputs) -> None:
    assert find(*inputs) == []


def test_columns_of_nothing_and_of_other_kinds_of_text_are_taken(tmp_path: Path) -> None:
    table = table_of([Dose(b"P"), Dose(b"Q"), Dose(b"P")])
    for name in ("vaccinated_on", "dose_number"):
        table = table.set_column(table.schema.get_field_index(name), name, pa.nulls(3))
    persons = table.column("person_id").combine_chunks().dictionary_encode()
    table = table.set_column(table.schema.get_field_index("person_id"), "person_id", persons)
    assert earlier_in(tmp_path, [table]) == [2]


DOSES = st.builds(
    Dose,
    person_id=st.sampled_from([None, b"", b"A", b"B", b"\xff", b"a person_id of more than twelve bytes"]),
    on=st.one_of(st.none(), st.sampled_from([date(1, 1, 1), JUNE, JULY, date(9999, 12, 31)])),
    number=st.one_of(st.none(), st.sampled_from([-(2**31), -1, 0, 1, 2, 2**31 - 1])),
)


@settings(max_examples=25, deadline=None)
@given(inputs=st.lists(st.lists(DOSES, max_size=12), min_size=1, max_size=3), data=st.data())
def test_any_doses_agree_with_a_plain_look_up(inputs: Inputs, data: st.DataObject) -> None:
    n_rows = sum(map(len, inputs))
    rows = st.sets(st.integers(0, n_rows - 1)) if n_rows else st.just(set())
    duplicates = sorted(data.draw(rows))
    with tempfile.TemporaryDirectory() as folder:
        found = earlier_in(Path(folder), [table_of(doses) for doses in inputs], duplicates)
    assert found == plainly(inputs, duplicates)


def test_many_doses_agree_with_a_plain_look_up(find: Find) -> None:
    """More than a batch, and more than a row group of the list."""
    chance = np.random.default_rng(7)
    persons, days, numbers = (chance.integers(0, end, 150_000) for end in (40_000, 40, 4))
    doses = [
        Dose(f"{person:012d}".encode(), date.fromordinal(738_000 + int(day)), int(number))
        for person, day, number in zip(persons, days, numbers, strict=True)
    ]
    assert find(doses[:12_345], doses[12_345:]) == plainly([doses], ())


def test_a_damaged_table_of_shots_is_named(tmp_path: Path) -> None:
    path = tmp_path / "shots.parquet"
    pq.write_table(table_of([Dose(b"%d" % n) for n in range(1000)]), path)
    chunk = pq.read_metadata(path).row_group(0).column(1)
    content = bytearray(path.read_bytes())
    content[chunk.dictionary_page_offset : chunk.dictionary_page_offset + 200] = b"\xff" * 200
    path.write_bytes(content)
    with pytest.raises(InputUnreadable, match=f"{path}: damaged, its person_ids"):
        find_earlier_doses(
            [open_source(path)], np.empty(0, np.int64), tmp_path / "out", temp_directory=tmp_path
        )


@pytest.mark.parametrize(
    ("limit", "out", "said"),
    [
        ("1KB", "out", "finding the earlier doses needs more"),
        ("150MB", "absent/out", "out: cannot be written"),
    ],
)
def test_no_room_stops_the_run(tmp_path: Path, limit: str, out: str, said: str) -> None:
    pq.write_table(table_of([Dose(), Dose()]), tmp_path / "shots.parquet")
    opened = [open_source(tmp_path / "shots.parquet")]
    with pytest.raises(StoppedHalfWay, match=said):
        find_earlier_doses(
            opened, np.empty(0, np.int64), tmp_path / out, temp_directory=tmp_path, memory_limit=limit
        )
