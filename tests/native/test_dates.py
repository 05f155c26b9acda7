"""Civil dates and day numbers in C against Python's calendar."""

import ctypes
import datetime

import pytest
from shots_in_c import compile_library

EPOCH = datetime.date(1970, 1, 1)
NO_DATE = -(2**31)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    return compile_library(tmp_path_factory.mktemp("dates"))


def test_every_day_from_1900_to_2200_goes_to_its_number_and_back(library: ctypes.CDLL) -> None:
    out = ctypes.create_string_buffer(10)
    for ordinal in range(datetime.date(1900, 1, 1).toordinal(), datetime.date(2201, 1, 1).toordinal()):
        date = datetime.date.fromordinal(ordinal)
        days = ordinal - EPOCH.toordinal()
        iso = date.isoformat().encode()
        assert library.date_days(date.year, date.month, date.day) == days, date
        assert library.date_earliest(iso, 10) == days, date
        library.date_write(days, out)
        assert out.raw == iso


@pytest.mark.parametrize("year", [1601, 1700, 1999, 2000, 2400, 9999])
def test_the_edges_of_years_far_off_go_to_their_numbers_and_back(library: ctypes.CDLL, year: int) -> None:
    out = ctypes.create_string_buffer(10)
    for month, day in ((1, 1), (2, 28), (3, 1), (12, 31)):
        date = datetime.date(year, month, day)
        assert library.date_days(year, month, day) == (date - EPOCH).days
        library.date_write((date - EPOCH).days, out)
        assert out.raw == date.isoformat().encode()


@pytest.mark.parametrize(("partial", "first"), [("1984", "1984-01-01"), ("1984-12", "1984-12-01")])
def test_a_partial_date_begins_with_its_first_day(library: ctypes.CDLL, partial: str, first: str) -> None:
    expected = (datetime.date.fromisoformat(first) - EPOCH).days
    assert library.date_earliest(partial.encode(), len(partial)) == expected


TOO_EARLY_OR_NO_DAY = "1899 1899-12-31 0000 1990-00 1990-13 1990-01-00 1990-04-31 1900-02-29 2021-02-29"
CUT_SHORT_OR_LONG = "90 1990- 1990-1 1990-1-1 1990-01-1 1990-01-011 1990-01-01T00:00 19900101"
WITH_OTHER_SIGNS = "1990/01/01 199O 1990-0a 1990-01-1a +990 -990 1990--1 01/01/1990 １９９０ 1990-01:01"


@pytest.mark.parametrize(
    "wrong", [*f"{TOO_EARLY_OR_NO_DAY} {CUT_SHORT_OR_LONG} {WITH_OTHER_SIGNS}".split(), " 1990", "1990 ", " "]
)
def test_what_is_no_date_is_none(library: ctypes.CDLL, wrong: str) -> None:
    encoded = wrong.encode()
    assert library.date_earliest(encoded, len(encoded)) == NO_DATE
