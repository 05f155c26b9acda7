"""Dates of birth as text: every day, every year alone, and one impossible day of every year, in one table."""

from __future__ import annotations

import datetime

import numpy as np
import pyarrow as pa

from signer.synthetic.draws import Flags, Ints

__all__ = [
    "DAY_OF_MONTH",
    "FIRST_YEAR",
    "MONTH_OF_DAY",
    "N_DAYS",
    "TEXTS",
    "YEAR_OF_DAY",
    "days",
    "impossible",
    "other_date",
    "swapped",
    "with_digit",
    "with_year",
    "year_only",
]

FIRST_YEAR, LAST_YEAR = 1920, 2021
N_YEARS = LAST_YEAR - FIRST_YEAR + 1
FIRST_DAY = datetime.date(FIRST_YEAR, 1, 1).toordinal()
N_DAYS = datetime.date(LAST_YEAR + 1, 1, 1).toordinal() - FIRST_DAY

ALL_DAYS = np.datetime64(f"{FIRST_YEAR}-01-01", "D") + np.arange(N_DAYS)
YEAR_OF_DAY: Ints = ALL_DAYS.astype("datetime64[Y]").astype(np.int64) + 1970
MONTH_OF_DAY: Ints = ALL_DAYS.astype("datetime64[M]").astype(np.int64) % 12 + 1
DAY_OF_MONTH: Ints = (ALL_DAYS - ALL_DAYS.astype("datetime64[M]")).astype(np.int64) + 1

TEXTS: pa.StringArray = pa.array(
    [str(day) for day in ALL_DAYS]
    + [str(FIRST_YEAR + year) for year in range(N_YEARS)]
    + [f"{FIRST_YEAR + year}-02-30" for year in range(N_YEARS)],
    pa.string(),
)
"""N_DAYS days from FIRST_YEAR-01-01 on, then the years, then the 30th of February of each year."""


def days(years: Ints, months: Ints, days_of_month: Ints) -> Ints:
    """Indices into TEXTS of calendar dates; the 29th of February of a common year becomes the 28th."""
    leap = (years % 4 == 0) & ((years % 100 != 0) | (years % 400 == 0))
    shortened = np.where((months == 2) & (days_of_month == 29) & ~leap, 28, days_of_month)
    first_of_month = (years - 1970).astype("datetime64[Y]").astype("datetime64[M]") + (months - 1)
    counted = first_of_month.astype("datetime64[D]").astype(np.int64) + shortened - 1
    first: int = datetime.date(1970, 1, 1).toordinal() - FIRST_DAY
    return np.asarray(counted + first, dtype=np.int64)


def year_only(births: Ints) -> Ints:
    """The same births with nothing but the year known."""
    return N_DAYS + YEAR_OF_DAY[births] - FIRST_YEAR


def impossible(births: Ints) -> Ints:
    """The 30th of February of the year of birth."""
    return N_DAYS + N_YEARS + YEAR_OF_DAY[births] - FIRST_YEAR


def swapped(births: Ints) -> Ints:
    """Day and month changed over; the same date where that is not another date."""
    month, day = MONTH_OF_DAY[births], DAY_OF_MONTH[births]
    can = day <= 12
    return days(YEAR_OF_DAY[births], np.where(can, day, month), np.where(can, month, day))


def _other_unit(value: Ints, last: Ints, shift: Ints) -> Ints:
    """Another number with the same tens: from 1 or the tens up to `last`, `shift` (0 to 8) further on."""
    first = np.maximum(value // 10 * 10, 1)
    count = last - first + 1
    return np.asarray(first + (value - first + 1 + shift % np.maximum(count - 1, 1)) % count, dtype=np.int64)


def with_digit(births: Ints, place: Ints, shift: Ints) -> Ints:
    """One digit changed: the last one of the year (place 0), of the month (1) or of the day (2).

    `shift` is 1 to 9. Where the month's or the day's would make an impossible date, it is the year's.
    """
    year, month, day = YEAR_OF_DAY[births], MONTH_OF_DAY[births], DAY_OF_MONTH[births]
    leap_day = (month == 2) & (day == 29)
    in_month = (place == 1) & (day <= 28)
    in_day = ((place == 2) & (day <= 29)) | leap_day  # 29 February has no other year
    other_month = _other_unit(month, np.where(month < 10, 9, 12), shift)
    # From the 29th, the units 0 to 8; from the others nothing above the 28th, which every month has.
    other_day = np.where(
        day == 29, 20 + shift % 9, _other_unit(day, np.minimum(day // 10 * 10 + 9, 28), shift)
    )
    changed = days(year, np.where(in_month, other_month, month), np.where(in_day, other_day, day))
    return np.where(in_month | in_day, changed, with_year(births, shift))


def other_date(births: Ints, first_of_year: Flags) -> Ints:
    """A date neither one digit away nor with day and month swapped: 1 January, or eleven years off."""
    year, month, day = YEAR_OF_DAY[births], MONTH_OF_DAY[births], DAY_OF_MONTH[births]
    can = first_of_year & (month != 1) & (day != 1)
    away = np.where(year < 1990, year + 11, year - 11)
    one = np.ones_like(year)
    return days(np.where(can, year, away), np.where(can, one, month), np.where(can, one, day))


def with_year(births: Ints, shift: Ints) -> Ints:
    """The last digit of the year moved on by `shift` (1 to 9), within its decade."""
    year = YEAR_OF_DAY[births]
    return days(year // 10 * 10 + (year + shift) % 10, MONTH_OF_DAY[births], DAY_OF_MONTH[births])
