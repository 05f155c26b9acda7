"""Single shots beside a small register: every class, what decides, and what must not speak against a shot."""

from __future__ import annotations

import datetime
import unicodedata
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from judged_by_hand import ORDER
from made_registers import HUONG, cleaned, person, refusals, shot, verdict_on, verified_ids

from signer.cleaning import REFUSED_SHOTS, ShotClass
from signer.cleaning.classes import FAULTS
from signer.errors import OutputExists
from signer.records.schemas import SHOTS

LAN = person(person_id="079300000017", full_name="Lê Lan", date_of_birth="2000", sex="F")
KIM = {
    "person_id": "M1234567",
    "nationality": "KR",
    "full_name": "Kim Min-jun",
    "date_of_birth": "1990-01-02",
}


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    "writing",
    [
        "Nguyễn Thị Hường",
        "NGUYỄN THỊ HƯỜNG",
        unicodedata.normalize("NFD", "Nguyễn Thị Hường"),
        " Nguyễn  Thị-Hường ",
        "NguyễnThị Hường",
        "Nguyễn Thị Hừơng",
    ],
)
def test_a_shot_that_the_register_confirms_is_verified(tmp_path: Path, writing: str) -> None:
    assert verdict_on(tmp_path, shot(full_name=writing)) is None


@pytest.mark.parametrize(
    ("changes", "reasons", "detail"),
    [
        ({"person_id": None}, "number_missing", None),
        ({"person_id": ""}, "number_missing", None),
        ({"person_id": "  "}, "number_missing", None),
        ({"person_id": "01180012345"}, "number_malformed", "length"),
        ({"person_id": "003180012345"}, "number_malformed", "province"),
        ({"person_id": "001180012345 "}, "number_malformed", "not_digits"),
        ({"person_id": b"0011800\xff2345"}, "number_malformed", "not_digits"),
        ({"person_id": "M1234567"}, "number_malformed", "not_digits"),
        ({"person_id": "001180012346"}, "person_not_found", None),
        ({"person_id": "123456789"}, "person_not_found", None),
        ({"person_id": "001080012345"}, "person_not_found number_of_other", None),
        ({"full_name": "Trần Văn An", "date_of_birth": "1991-11-11"}, "both_differ", "other"),
        ({"full_name": "Nguyễn Thị Hương"}, "name_differs", None),
        ({"full_name": "Nguyen Thi Huong"}, "name_differs", None),
        ({"full_name": None}, "name_differs name_unreadable", "unreadable"),
        ({"full_name": "??"}, "name_differs name_unreadable", "unreadable"),
        ({"full_name": b"Nguy\xe1\xbb"}, "name_differs name_unreadable", "unreadable"),
        ({"full_name": "Ễ" * 300}, "name_differs", None),
        ({"date_of_birth": "1980"}, "birth_differs", "year_only"),
        ({"date_of_birth": "1980-29-02"}, "birth_differs birth_impossible", "day_month_swapped"),
        ({"date_of_birth": "1980-02-28"}, "birth_differs", "one_digit"),
        ({"date_of_birth": None}, "birth_differs birth_impossible", "other"),
        ({"date_of_birth": ""}, "birth_differs", "other"),
        ({"date_of_birth": b"1980-02-2\xff"}, "birth_differs birth_impossible", "other"),
        ({"sex": "M"}, "number_of_other", "sex"),
        ({"vaccinated_on": None}, "date_impossible", None),
        ({"vaccinated_on": day("2020-11-30")}, "date_impossible", None),
        ({"vaccinated_on": day("2022-04-15")}, "date_in_future", None),
        ({"vaccine": None}, "vaccine_unknown", None),
        ({"dose_number": 3}, "dose_impossible", None),
        ({"dose_number": None}, "dose_impossible", None),
        ({"doses_in_series": -(2**31)}, "dose_impossible", None),
    ],
)
def test_a_shot_with_one_thing_wrong_is_refused_for_it(
    tmp_path: Path, changes: dict[str, Any], reasons: str, detail: str | None
) -> None:
    assert verdict_on(tmp_path, shot(**changes)) == (reasons, detail)


@pytest.mark.parametrize(
    ("registered", "reasons"),
    [
        ({"sex": None}, None),
        ({"sex": "nữ"}, None),
        ({"sex": "?"}, None),
        ({"date_of_birth": "1980"}, None),
        ({"sex": "M"}, ("number_of_other", "sex")),
        ({"date_of_birth": "1981-02-29"}, ("birth_differs number_of_other", "one_digit")),
        ({"date_of_birth": None}, ("birth_differs", "other")),
        ({"full_name": None}, ("name_differs", "unreadable")),
        ({"person_id": "x"}, ("person_not_found", None)),
        ({"person_id": None}, ("person_not_found", None)),
    ],
)
def test_what_the_register_knows_is_what_counts(
    tmp_path: Path, registered: dict[str, Any], reasons: tuple[str, str] | None
) -> None:
    assert verdict_on(tmp_path, shot(), [person(**registered), LAN]) == reasons


def test_a_number_of_another_year_of_birth_than_the_registers_is_of_another(tmp_path: Path) -> None:
    other = {"person_id": "001177012345"}
    assert verdict_on(tmp_path, shot(**other), [person(**other)]) == ("number_of_other", "birth_year")


def test_an_unknown_vaccine_is_refused_where_the_products_are_given(tmp_path: Path) -> None:
    products = {"AstraZeneca": "EU/1/21/1529"}
    assert verdict_on(tmp_path, shot(), products=products) == ("vaccine_unknown", None)


def test_a_foreigner_is_verified_and_counted_but_not_matched(tmp_path: Path) -> None:
    counts = cleaned(tmp_path, [shot(**KIM), shot(**KIM, vaccinated_on=day("2023-01-01")), shot()])
    assert (counts.verified, counts.foreigners) == (2, 1)
    assert refusals(tmp_path) == {"S1": ("date_in_future", None)}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"full_name": "??"}, "name_unreadable"),
        ({"date_of_birth": "1990-02-30"}, "birth_impossible"),
        ({"date_of_birth": "1899-12-31"}, "birth_impossible"),
        ({"date_of_birth": "2022-04-15"}, "birth_impossible"),
        ({"date_of_birth": None}, "birth_impossible"),
        ({"date_of_birth": ""}, None),
        ({"date_of_birth": "2022-04"}, None),
        ({"dose_number": 3}, "dose_impossible"),
    ],
)
def test_what_a_certificate_cannot_carry_is_refused_of_a_foreigner_too(
    tmp_path: Path, changes: dict[str, Any], reason: str | None
) -> None:
    found = verdict_on(tmp_path, shot(**{**KIM, **changes}))
    assert found == (None if reason is None else (reason, None))


def test_of_shots_that_are_the_same_the_first_stays(tmp_path: Path) -> None:
    later = shot(vaccinated_on=day("2021-11-30"), dose_number=3, doses_in_series=3)
    cleaned(tmp_path, [shot(), later, shot(lot="X"), shot(), shot(**KIM), shot(**KIM)])
    assert refusals(tmp_path) == dict.fromkeys(("S2", "S3", "S5"), ("duplicate_shot", None))


def test_another_persons_shot_under_the_same_number_pushes_none_out(tmp_path: Path) -> None:
    cleaned(tmp_path, [shot(full_name="Trần Văn An"), shot()], unattested=[shot()])
    assert verified_ids(tmp_path) == ["S1"]
    assert refusals(tmp_path)["S0"] == ("name_differs duplicate_shot", None)
    assert refusals(tmp_path)["S2"] == ("not_attested duplicate_shot", None)


def test_two_names_of_one_product_are_one_product(tmp_path: Path) -> None:
    products = {"Pfizer": "EU/1/20/1528", "Comirnaty": "EU/1/20/1528", "Moderna": "EU/1/20/1507"}
    cleaned(tmp_path, [shot(), shot(vaccine="Comirnaty")], products=products)
    assert refusals(tmp_path) == {"S1": ("duplicate_shot", None)}


def dose(number: int, on: str, **changes: Any) -> dict[str, Any]:
    return shot(dose_number=number, doses_in_series=max(2, number), vaccinated_on=day(on), **changes)


@pytest.mark.parametrize(
    ("doses", "conflicts"),
    [
        ([dose(1, "2021-08-01"), dose(2, "2021-08-29"), dose(3, "2022-01-01")], {}),
        ([dose(2, "2021-08-29"), dose(1, "2021-08-01")], {}),
        ([dose(1, "2021-08-01"), dose(2, "2021-08-15")], {}),
        ([dose(1, "2021-08-01"), dose(2, "2021-08-14")], {"S0": "interval", "S1": "interval"}),
        ([dose(1, "2021-09-01"), dose(2, "2021-08-01")], {"S0": "order", "S1": "order"}),
        ([dose(1, "2021-08-01"), dose(1, "2021-09-01")], {"S0": "count", "S1": "count"}),
        (
            [dose(1, "2021-08-01"), dose(2, "2021-08-01", vaccine="Moderna")],
            {"S0": "interval", "S1": "interval"},
        ),
        ([dose(1, "2021-08-01"), dose(1, "2021-08-01", vaccine="Moderna")], {"S0": "count", "S1": "count"}),
        (
            [dose(1, "2021-08-01"), dose(2, "2021-09-01"), dose(2, "2021-10-01"), dose(3, "2022-02-01")],
            {"S1": "count", "S2": "count"},
        ),
    ],
)
def test_doses_that_do_not_go_together_are_refused_both(
    tmp_path: Path, doses: list[dict[str, Any]], conflicts: dict[str, str]
) -> None:
    cleaned(tmp_path, doses)
    assert refusals(tmp_path) == {row: ("dose_conflict", how) for row, how in conflicts.items()}


@pytest.mark.parametrize(
    "changes", [{"full_name": "Trần An"}, {"vaccinated_on": day("2121-08-02")}, {"dose_number": 9}]
)
def test_a_shot_that_is_wrong_by_itself_conflicts_with_no_dose(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    cleaned(tmp_path, [dose(1, "2021-08-01"), {**dose(2, "2021-08-02"), **changes}])
    assert verified_ids(tmp_path) == ["S0"]


def test_the_least_interval_is_a_rule_that_can_be_changed(tmp_path: Path) -> None:
    cleaned(tmp_path, [dose(1, "2021-08-01"), dose(2, "2021-08-20")], least_interval_days=21)
    assert {detail for _, detail in refusals(tmp_path).values()} == {"interval"}


def test_a_number_that_the_register_has_twice_verifies_whoever_is_meant(tmp_path: Path) -> None:
    twice = [person(full_name="Trần An"), HUONG, person(date_of_birth="1999-01-01"), LAN]
    counts = cleaned(tmp_path, [shot(), shot(full_name="Lê Bé", dose_number=1), shot(person_id=None)], twice)
    assert counts.is_register_repeated
    assert verified_ids(tmp_path) == ["S0"]
    assert refusals(tmp_path) == {"S1": ("name_differs duplicate_shot", None), "S2": ("number_missing", None)}


def test_rows_stay_in_their_order_and_as_they_came(tmp_path: Path) -> None:
    rows = [
        shot(lot=f"L{row}", full_name="Trần An" if row % 3 else "NGUYỄN THỊ HƯỜNG", dose_number=1)
        for row in range(50)
    ]
    for number, row in enumerate(rows):
        row["person_id"] = f"{number:09}"
    people = [person(person_id=row["person_id"]) for row in rows]
    cleaned(tmp_path, rows, people)
    verified, refused = (pq.read_table(tmp_path / f"{name}.parquet") for name in ("verified", "refused"))
    assert verified.schema.equals(SHOTS)
    assert refused.schema.equals(REFUSED_SHOTS)
    expected = [{**row, "shot_id": f"S{number}"} for number, row in enumerate(rows)]
    assert verified.to_pylist() == [row for number, row in enumerate(expected) if number % 3 == 0]
    kept = refused.select(SHOTS.names).to_pylist()
    assert kept == [row for number, row in enumerate(expected) if number % 3]
    assert set(refused["field"].to_pylist()) == {"full_name"}


def test_no_rows_at_all_make_two_empty_tables(tmp_path: Path) -> None:
    counts = cleaned(tmp_path, [])
    assert (counts.shots, counts.verified, sum(counts.refused.values())) == (0, 0, 0)
    assert pq.read_schema(tmp_path / "verified.parquet").equals(SHOTS)
    assert pq.read_schema(tmp_path / "refused.parquet").equals(REFUSED_SHOTS)
    cleaned(tmp_path / "nobody", [shot()], [])
    assert refusals(tmp_path / "nobody") == {"S0": ("person_not_found", None)}


def test_the_files_are_private_and_nothing_else_is_left(tmp_path: Path) -> None:
    out = tmp_path / "out"
    cleaned(out, [shot()])
    assert {path.name: path.stat().st_mode & 0o777 for path in out.iterdir()} == {
        "verified.parquet": 0o600,
        "refused.parquet": 0o600,
    }
    assert out.stat().st_mode & 0o777 == 0o700
    with pytest.raises(OutputExists):
        cleaned(out, [shot()])


def test_the_order_of_the_classes_is_the_documented_one() -> None:
    assert tuple(kind.code for kind in ShotClass if kind in FAULTS) == ORDER
    assert ShotClass.NUMBER_MALFORMED < ShotClass.FOREIGNER < ShotClass.PERSON_NOT_FOUND
