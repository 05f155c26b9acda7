"""Rules of dates: the birth, and the day of a dose, test or recovery."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from signer.linting.certificate import Certificate
from signer.linting.rule import ERROR, WARNING, Fault, rule

__all__ = ["RULES"]

SCHEMA: Final = "DCC schema 1.3.3"
BIRTH: Final = re.compile(r"((19|20)\d\d(-\d\d(-\d\d)?)?)?", re.ASCII)
DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
DAYS: Final = {"v": ("dt",), "r": ("fr", "df", "du")}
FIRST_DOSE: Final = date(2020, 7, 1)
"""Trials of phase 3 began in that month; national campaigns in December."""
LONGEST_RECOVERY_DAYS: Final = 180


@rule(ERROR, f"{SCHEMA}, dob")
def birth_form(certificate: Certificate) -> Iterator[Fault]:
    """The date of birth is YYYY-MM-DD, YYYY-MM, YYYY or empty.

    Write as much as is known and nothing for the rest: no zeros, no X, no time of day.
    """
    birth = certificate.dcc.get("dob")
    if isinstance(birth, str) and not _is_birth(birth):
        yield "dob", "not of these forms, or no day of the calendar"


@rule(ERROR, f"{SCHEMA}, dt")
def day_form(certificate: Certificate) -> Iterator[Fault]:
    """Days are YYYY-MM-DD, and in the calendar.

    A time of day or a time zone behind it, as several countries wrote, makes strict verifiers fail.
    """
    for path, day in _days(certificate):
        if _date(day) is None:
            yield path, "not of the form YYYY-MM-DD, or no day of the calendar"


@rule(ERROR, f"{SCHEMA}, sc; RFC 3339, section 5.6")
def sample_time_form(certificate: Certificate) -> Iterator[Fault]:
    """The time of a sample has date, time of day and time zone."""
    for kind, entry in certificate.entries("t"):
        sample = entry.get("sc")
        if isinstance(sample, str) and not _is_moment(sample):
            yield f"{kind}/sc", "not of the form 2021-06-01T09:30:00Z"


@rule(ERROR, "DCC schema 1.3.3, dob and dt")
def born_before_dose(certificate: Certificate) -> Iterator[Fault]:
    """Nobody is vaccinated, or recovers, before birth."""
    birth = certificate.dcc.get("dob")
    if not isinstance(birth, str) or not birth or not _is_birth(birth):
        return
    for path, day in _days(certificate):
        if _date(day) is not None and day[: len(birth)] < birth:
            yield path, "earlier than the date of birth"


@rule(WARNING, "docs/refusals.md, date_impossible")
def dose_possible(certificate: Certificate) -> Iterator[Fault]:
    """The dose was given after the vaccines were made.

    A day before July 2020 is a date of birth in the wrong column, or a year mistyped.
    """
    for kind, entry in certificate.entries("v"):
        day = _date(entry.get("dt"))
        if day is not None and day < FIRST_DOSE:
            yield f"{kind}/dt", "before there was a vaccine"


@rule(ERROR, "Regulation (EU) 2021/953, article 7 and annex, point 3")
def recovery_span(certificate: Certificate) -> Iterator[Fault]:
    """A certificate of recovery ends after it begins, and at most 180 days after the positive result."""
    for kind, entry in certificate.entries("r"):
        first, begins, ends = (_date(entry.get(field)) for field in DAYS["r"])
        if begins and ends and ends < begins:
            yield f"{kind}/du", "earlier than df"
        if first and ends and (ends - first).days > LONGEST_RECOVERY_DAYS:
            yield f"{kind}/du", f"{(ends - first).days} days after fr"


def _days(certificate: Certificate) -> Iterator[tuple[str, str]]:
    for kind, entry in certificate.entries(*DAYS):
        for field in DAYS[kind]:
            if isinstance(entry.get(field), str):
                yield f"{kind}/{field}", entry[field]


def _is_birth(text: str) -> bool:
    if not BIRTH.fullmatch(text):
        return False
    return not text or _date(text + "-01-01"[len(text) - 10 :] if len(text) < 10 else text) is not None


def _date(value: object) -> date | None:
    if not isinstance(value, str) or not DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


RULES: Final = (birth_form, day_form, sample_time_form, born_before_dose, dose_possible, recovery_span)
