"""The dates in a certificate held against each other and against the time of the check."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from signer.errors import CertificateInvalid
from signer.verifying.dcc import BLANKS

__all__ = ["check_dates", "contradictions"]

_DAYS_OF_EVENTS: Final = {"v": "dt", "t": "sc", "r": "fr"}
"""The shot, the sample, the first positive test."""
AHEAD: Final = timedelta(days=1)
"""A day has begun in Kiribati while in UTC it is still the one before."""
_CERTAIN_DIGITS: Final = re.compile(r"[\d-]*")


def check_dates(dcc: Mapping[str, Any], at: datetime) -> None:
    """Checks that what is certified has happened by the time `at`, and to somebody who was born.

    The certificate has the structure that `check_structure` asks for. Raises CertificateInvalid `dates` and
    names the fields.
    """
    latest, born = _latest_day(at), _certain(dcc["dob"])
    for field, day in _events(dcc):
        if day > latest:
            raise CertificateInvalid("dates", f"{field} lies after the time of the check")
        if born > day[: len(born)]:
            raise CertificateInvalid("dates", f"dob lies after {field}")


def contradictions(dcc: Mapping[str, Any], issued_at: datetime) -> Iterator[str]:
    """Gives what cannot be, but is in the field: 26 official samples certify tests of days to come."""
    latest = _latest_day(issued_at)
    yield from (f"{field} lies after iat" for field, day in _events(dcc) if day > latest)
    for entry in dcc.get("r") or ():
        if _day(entry["df"]) > _day(entry["du"]):
            yield "r/df lies after r/du"


def _events(dcc: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for kind, field in _DAYS_OF_EVENTS.items():
        for entry in dcc.get(kind) or ():
            yield f"{kind}/{field}", _day(entry[field])


def _day(text: str) -> str:
    """The date without its time; as text it sorts like what it means."""
    return text.strip(BLANKS)[:10]


def _latest_day(time: datetime) -> str:
    try:
        return (time + AHEAD).date().isoformat()
    except OverflowError:  # the last day of the year 9999
        return time.date().isoformat()


def _certain(birth: str) -> str:
    """What is known of a birth, of which month and day can be missing or XX."""
    digits = _CERTAIN_DIGITS.match(_day(birth))
    return digits.group() if digits else ""
