"""What a number says by itself, against a table."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from judged_by_hand import PROVINCES
from made_registers import TODAY

from signer.cleaning.rules import Rules, define_rules
from signer.synthetic.places import PROVINCE_CODES


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as connection:
        define_rules(connection, Rules(TODAY))
        yield connection


def asked(database: duckdb.DuckDBPyConnection, question: str, *values: object) -> object:
    rows = database.execute(f"SELECT {question}", list(values)).fetchall()
    return rows[0] if len(rows[0]) > 1 else rows[0][0]


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("012345678", None),
        ("999999999", None),
        ("001080012345", None),
        ("096303012345", None),
        ("001222012345", None),  # born in 2022
        ("001223012345", "year"),
        ("001480012345", "year"),  # born in 2180
        ("000080012345", "province"),
        ("003080012345", "province"),
        ("097080012345", "province"),
        ("999080012345", "province"),
        ("1080012345", "length"),
        ("01080012345", "length"),
        ("12345678", "length"),
        ("0010800123450", "length"),
        ("0" * 300, "length"),
        ("001O80012345", "not_digits"),
        ("001-80012345", "not_digits"),
        ("001080 12345", "not_digits"),
        (" 01080012345", "not_digits"),
        ("+01080012345", "not_digits"),
        ("1e1080012345", "not_digits"),
        ("0010800123.5", "not_digits"),
        ("00108001234５", "not_digits"),
        ("B1234567", "not_digits"),
        ("\ufffd", "not_digits"),
    ],
)
def test_a_number_is_well_formed_or_tells_what_is_wrong(
    database: duckdb.DuckDBPyConnection, number: str, fault: str | None
) -> None:
    question = (
        "number_fault(n, CASE WHEN is_number(n) THEN person_of(n) END, this_year()) FROM (SELECT $1 AS n)"
    )
    assert asked(database, question, number) == fault


def test_the_provinces_are_the_sixty_three() -> None:
    assert {int(code) for code in PROVINCE_CODES} == PROVINCES
    assert len(PROVINCES) == 63


def test_every_code_from_0_to_999_is_a_province_or_not(database: duckdb.DuckDBPyConnection) -> None:
    rows = database.execute("SELECT code FROM range(1000) AS t(code) WHERE is_province(code)").fetchall()
    assert {code for (code,) in rows} == PROVINCES


@pytest.mark.parametrize(
    ("number", "sex", "year"),
    [
        ("001080012345", "M", 1980),
        ("001199012345", "F", 1999),
        ("001200012345", "M", 2000),
        ("001321012345", "F", 2021),
        ("096900000000", "F", 2300),
        ("000000000000", "M", 1900),
        ("012345678", None, None),
    ],
)
def test_a_cccd_says_sex_and_year_of_birth_and_a_cmnd_nothing(
    database: duckdb.DuckDBPyConnection, number: str, sex: str | None, year: int | None
) -> None:
    question = "number_sex(p), number_year(p) FROM (SELECT person_of($1) AS p)"
    assert asked(database, question, number) == (sex, year)


def test_a_cmnd_is_another_person_than_the_cccd_of_the_same_digits(
    database: duckdb.DuckDBPyConnection,
) -> None:
    assert asked(database, "person_of('000012345678') = person_of('012345678')") is False


@pytest.mark.parametrize(
    ("number", "nationality", "is_one"),
    [
        ("M1234567", "KR", True),
        ("123456789", "US", True),  # a passport of nine digits is no CMND
        ("001080012345", "US", False),  # who has a CCCD stands in the register
        ("M1234567", " kr ", True),
        ("M1234567", "VN", False),
        *(("M1234567", none, False) for none in ("vn", " VN", "VNM", "Việt Nam", "ZZ", " ", "1", "V\u200bN")),
        ("M1234567", "", False),
        ("M1234567", None, False),
        ("M123", "KR", False),
        ("M" * 21, "KR", False),
        ("m1234567", "KR", False),
        ("M12-4567", "KR", False),
        ("", "KR", False),
    ],
)
def test_a_foreigner_has_a_nationality_and_a_passport(
    database: duckdb.DuckDBPyConnection, number: str, nationality: str | None, is_one: bool
) -> None:
    assert asked(database, "is_foreigner($1, $2::VARCHAR)", number, nationality) is is_one


@pytest.mark.parametrize(
    ("registered", "shown", "same", "difference"),
    [
        ("1980-02-29", "1980-02-29", True, None),
        ("1980", "1980", True, None),
        ("1980", "1980-02-29", True, None),
        ("1980-02", "1980-02-29", True, None),
        ("1980", "1981-02-29", False, "other"),
        ("1980-02-29", "1980", False, "year_only"),
        ("1980-02", "1980", False, "year_only"),
        ("1980-02-29", "1980-02", False, "other"),
        ("1980-02-09", "1980-09-02", False, "day_month_swapped"),
        ("1980-02-29", "1980-29-02", False, "day_month_swapped"),
        ("1980-02-29", "1981-02-29", False, "one_digit"),
        ("1980", "1981", False, "one_digit"),
        ("1980-02-29", "1991-02-29", False, "other"),
        ("1980-02-29", "", False, "other"),
        ("", "1980-02-29", False, "other"),
        ("", "", False, "other"),
        ("29/02/1980", "29/02/1980", False, "other"),
        (None, "1980", False, "other"),
        ("1980", None, False, "other"),
        (None, None, False, "other"),
        ("198", "1980", False, "other"),
    ],
)
def test_births_are_the_same_or_differ_in_a_way(
    database: duckdb.DuckDBPyConnection,
    registered: str | None,
    shown: str | None,
    same: bool,
    difference: str,
) -> None:
    question = (
        "coalesce(same_birth($1::VARCHAR, $2::VARCHAR), false), birth_difference($1::VARCHAR, $2::VARCHAR)"
    )
    found = database.execute(f"SELECT {question}", [registered, shown]).fetchall()[0]
    assert found[0] is same
    assert same or found[1] == difference
