"""The schema of a certificate to the letter: what departs from it is marked, since much of the field does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

__all__ = ["departures"]

MAX_CHARACTERS: Final = 80
"""Of names, issuers and identifiers."""
_VERSION: Final = re.compile(r"\d+.\d+.\d+", re.ASCII)
_BIRTH: Final = re.compile(r"((19|20)\d\d(-\d\d){0,2})?", re.ASCII)
_STANDARDISED: Final = re.compile(r"[A-Z<]{0,80}")
_COUNTRY: Final = re.compile(r"[A-Z]")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d(:?\d\d)?)", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

Check = Callable[[Any], bool]


def departures(dcc: Mapping[str, Any]) -> Iterator[str]:
    """Gives the fields in which a certificate departs from schema 1.3.3 of the EU, as `dob` or `v/dt`."""
    if not _fits(_VERSION, dcc.get("ver")):
        yield "ver"
    if not _fits(_BIRTH, dcc.get("dob")):
        yield "dob"
    yield from _of_name(dcc.get("nam"))
    groups = [kind for kind in _REQUIRED if kind in dcc]
    if len(groups) != 1:
        yield "/".join(groups) or "v"
    for kind in groups:
        yield from _of_group(kind, dcc[kind])


def _of_name(name: Any) -> Iterator[str]:
    if not isinstance(name, Mapping):
        yield "nam"
        return
    if "fnt" not in name and "gnt" not in name:
        yield "nam/fnt"
    yield from (f"nam/{part}" for part, check in _NAME.items() if part in name and not check(name[part]))


def _of_group(kind: str, group: Any) -> Iterator[str]:
    if not isinstance(group, list) or len(group) != 1 or not isinstance(group[0], Mapping):
        yield kind
        return
    entry = group[0]
    for field, check in _REQUIRED[kind].items():
        if field not in entry or not check(entry[field]):
            yield f"{kind}/{field}"
    for field, check in _OPTIONAL.get(kind, {}).items():
        if field in entry and not check(entry[field]):
            yield f"{kind}/{field}"


def _fits(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_code(value: Any) -> bool:
    return isinstance(value, str)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MAX_CHARACTERS


def _is_standardised(value: Any) -> bool:
    return _fits(_STANDARDISED, value)


def _is_country(value: Any) -> bool:
    """The schema asks for one capital letter somewhere, no more."""
    return isinstance(value, str) and _COUNTRY.search(value) is not None


def _is_dose(value: Any) -> bool:
    """A whole number from 1; a float without a fraction is an integer for JSON Schema."""
    return not isinstance(value, bool) and isinstance(value, int | float) and value >= 1 and value % 1 == 0


def _is_date(value: Any) -> bool:
    if not _fits(_DAY, value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_time(value: Any) -> bool:
    """A date-time with a time zone, which the EU's examples write as +02, too, against RFC 3339."""
    if not _fits(_TIME, value):
        return False
    try:
        datetime.fromisoformat(value[:19])
    except ValueError:
        return False
    return True


_NAME: Final[Mapping[str, Check]] = {
    "fn": _is_text,
    "gn": _is_text,
    "fnt": _is_standardised,
    "gnt": _is_standardised,
}
_ALL: Final[Mapping[str, Check]] = {"tg": _is_code, "co": _is_country, "is": _is_text, "ci": _is_text}
_REQUIRED: Final[Mapping[str, Mapping[str, Check]]] = {
    "v": {
        **_ALL,
        **dict.fromkeys(("vp", "mp", "ma"), _is_code),
        **dict.fromkeys(("dn", "sd"), _is_dose),
        "dt": _is_date,
    },
    "t": {**_ALL, "tt": _is_code, "tr": _is_code, "sc": _is_time},
    "r": {**_ALL, **dict.fromkeys(("fr", "df", "du"), _is_date)},
}
_OPTIONAL: Final[Mapping[str, Mapping[str, Check]]] = {"t": {"nm": _is_text, "tc": _is_text, "ma": _is_code}}
