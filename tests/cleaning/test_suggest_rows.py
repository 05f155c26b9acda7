"""Suggestions for single shots beside a small register: who is suggested, and who must not be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from made_batches import batches_of
from made_registers import HUONG, cleaned, person, shot

from signer.cleaning import LEAST_SCORE, SUGGESTIONS, suggest
from signer.errors import InputUnreadable
from signer.records.schemas import POPULATION

LAN = person(person_id="079300000017", full_name="Lê Lan", date_of_birth="2000-05-06", province="Huế")
NAMESAKE = person(person_id="079180054321", province="Huế")
NOBODY = {"person_id": None}


def suggested(
    folder: Path, shots: Sequence[Mapping[str, Any]], people: Sequence[Mapping[str, Any]], **options: Any
) -> dict[str, tuple[str, list[str]]]:
    """shot_id → (number of the person, fields that differ)."""
    cleaned(folder, shots, people, unattested=options.pop("unattested", ()))
    spill, out = folder / "spill", folder / "suggestions.parquet"
    spill.mkdir()
    population = [batches_of(people, POPULATION)]
    counts = suggest(
        folder / "refused.parquet", population, out, memory_limit="200MB", threads=2, spill=spill, **options
    )
    table = pq.read_table(out)
    assert table.schema.equals(SUGGESTIONS)
    assert counts.suggested == len(table)
    assert counts.refused == pq.read_metadata(folder / "refused.parquet").num_rows
    assert all(options.get("least_score", LEAST_SCORE) <= row["score"] <= 1 for row in table.to_pylist())
    return {row["shot_id"]: (row["person_id"], row["differs"]) for row in table.to_pylist()}


@pytest.mark.parametrize(
    ("changes", "differs"),
    [
        ({"person_id": None}, ["person_id"]),
        ({"person_id": "  "}, ["person_id"]),
        ({"person_id": "001180012346"}, ["person_id"]),
        ({"person_id": "01180012345"}, ["person_id"]),
        ({"person_id": "0011800123450"}, ["person_id"]),
        ({"person_id": "001O8-012345"}, ["person_id"]),
        ({"person_id": "123456789"}, ["person_id"]),
        ({"person_id": b"0011800\xff2345"}, ["person_id"]),
        ({"person_id": LAN["person_id"]}, ["person_id"]),
        ({"full_name": "Nguyen Thi Huong"}, ["full_name"]),
        ({"full_name": "Nguyễn Thị Hoa"}, ["full_name"]),
        ({"full_name": "??"}, ["full_name"]),
        ({"full_name": "Ễ" * 300}, ["full_name"]),
        ({"date_of_birth": "1980"}, ["date_of_birth"]),
        ({"date_of_birth": "1980-29-02"}, ["date_of_birth"]),
        ({"date_of_birth": "1981-02-28"}, ["date_of_birth"]),
        ({"date_of_birth": None}, ["date_of_birth"]),
        ({"sex": "M"}, ["sex"]),
        ({"full_name": "Nguyễn Thị Hoa", "date_of_birth": "1980"}, ["full_name", "date_of_birth"]),
        ({"person_id": "001180012346", "date_of_birth": "1980"}, ["person_id", "date_of_birth"]),
        ({"person_id": "001180012346", "full_name": "Nguyen Thi Huong"}, ["person_id", "full_name"]),
    ],
)
def test_the_person_is_suggested_with_the_fields_that_differ(
    tmp_path: Path, changes: dict[str, Any], differs: list[str]
) -> None:
    found = suggested(tmp_path, [shot(**changes)], [LAN, HUONG])
    assert found == {"S0": (HUONG["person_id"], differs)}


@pytest.mark.parametrize(
    ("changes", "people"),
    [
        ({"person_id": None, "province": None}, [HUONG, NAMESAKE]),
        ({"person_id": "123456789", "province": "Cà Mau"}, [HUONG, NAMESAKE]),
        ({"person_id": NAMESAKE["person_id"]}, [HUONG]),  # another Hường, who is not registered
        ({"full_name": "Trần Văn An", "date_of_birth": "1991-11-11"}, [HUONG]),
        ({"person_id": None, "full_name": "Trần Văn An"}, [HUONG]),
        ({"person_id": None, "date_of_birth": "1991-11-11"}, [HUONG]),
        ({"person_id": None, "full_name": None, "date_of_birth": None}, [HUONG]),
        ({"person_id": None}, []),
        ({"person_id": "001180012346", "full_name": "Nguyễn Hường"}, [HUONG]),
        ({"person_id": "001180012346", "full_name": "Nguyen Thi Huong", "date_of_birth": "1980"}, [HUONG]),
        ({"person_id": None, "full_name": "Nguyen Thi Huong", "province": "Hà Nội"}, [HUONG]),
        ({"nationality": "KR", "person_id": "M1234567", "dose_number": 0}, [HUONG]),
        ({"dose_number": 0}, [HUONG]),  # nothing of the person differs
        ({"vaccine": None, "sex": None}, [HUONG]),
    ],
)
def test_nobody_is_suggested_where_it_may_be_another_or_nothing_differs(
    tmp_path: Path, changes: dict[str, Any], people: list[dict[str, Any]]
) -> None:
    assert suggested(tmp_path, [shot(**changes)], people) == {}


def test_a_namesake_of_another_province_is_not_taken_for_the_person(tmp_path: Path) -> None:
    found = suggested(tmp_path, [shot(person_id=None, province="Huế")], [HUONG, NAMESAKE, LAN])
    assert found == {"S0": (NAMESAKE["person_id"], ["person_id"])}


def test_a_number_that_stands_in_the_register_twice_is_one_person(tmp_path: Path) -> None:
    found = suggested(tmp_path, [shot(date_of_birth="1980")], [HUONG, person(full_name="Lê An"), HUONG])
    assert found == {"S0": (HUONG["person_id"], ["date_of_birth"])}


def test_a_lower_score_lets_more_through_and_rows_stay_in_order(tmp_path: Path) -> None:
    shots = [shot(person_id=None, province=None), shot(date_of_birth="1980"), shot(sex="M")]
    found = suggested(tmp_path, shots, [HUONG, NAMESAKE], least_score=0.3)
    assert list(found) == ["S0", "S1", "S2"]
    assert pq.read_table(tmp_path / "suggestions.parquet")["score"].to_pylist()[0] == pytest.approx(
        0.5, abs=0.01
    )


def test_for_a_table_that_is_not_attested_nobody_is_suggested(tmp_path: Path) -> None:
    """Whoever could put one in would learn the numbers of persons by their names."""
    unvouched = [shot(person_id=None), shot(date_of_birth="1980")]
    assert suggested(tmp_path, [shot(sex="M")], [HUONG], unattested=unvouched).keys() == {"S0"}


def test_no_refused_shots_make_an_empty_private_table(tmp_path: Path) -> None:
    assert suggested(tmp_path, [shot()], [HUONG]) == {}
    assert (tmp_path / "suggestions.parquet").stat().st_mode & 0o777 == 0o600
    assert list((tmp_path / "spill").iterdir()) == []


def test_a_table_that_is_none_of_refused_shots_is_refused(tmp_path: Path) -> None:
    cleaned(tmp_path, [shot()])
    with pytest.raises(InputUnreadable, match="column reason is missing"):
        suggest(
            tmp_path / "verified.parquet",
            [],
            tmp_path / "out",
            memory_limit="100MB",
            threads=1,
            spill=tmp_path,
        )
    assert not (tmp_path / "out").exists()
