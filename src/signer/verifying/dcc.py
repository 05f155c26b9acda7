"""The digital covid certificate itself: a check of its structure, as tolerant as the field demands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from signer.errors import CertificateInvalid

__all__ = ["BLANKS", "check_structure", "kinds_of"]

BLANKS: Final = " \t\n\v\f\r"
"""What may stand around a value. Readers differ about all other blanks, so those are not dropped."""

_GROUPS: Final = {"v": "vaccination", "t": "test", "r": "recovery"}
_VERSION: Final = re.compile(r"\s*\d+\.\d+\.\d+\s*", re.ASCII)
_BIRTH: Final = re.compile(r"(\d{4}(-[\dX]{2}(-[\dX]{2}(T[^\n\r\u2028\u2029]*)?)?)?)?", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_FILLED: Final = re.compile(r"[^\s\ufeff]")
"""A character that is a blank to no reader: to some the byte order mark is one."""
MAX_DOSE: Final = 2**53 - 1
"""Beyond, floats are no longer told from their neighbours."""

Check = Callable[[Any], bool]


def kinds_of(dcc: Mapping[str, Any]) -> frozenset[str]:
    """The kinds of entries in a certificate, out of v, t and r; null and empty groups count as absent."""
    return frozenset(kind for kind in _GROUPS if dcc.get(kind) not in (None, []))


def check_structure(dcc: Mapping[str, Any]) -> None:
    """Checks that a certificate has what a reader needs (schema 1.3.3), whatever else it has.

    Survived on purpose: null groups, blanks around values, births and doses with a time of day, dose numbers
    as floats, unknown products, any shape of certificate identifier. Raises CertificateInvalid `schema` and
    names the field.
    """
    _require(_is_version(dcc.get("ver")), "ver")
    _require(_is_birth(dcc.get("dob")), "dob")
    _check_name(dcc.get("nam"))
    kinds = kinds_of(dcc)
    if len(kinds) != 1:
        raise CertificateInvalid(
            "schema", f"the certificate has {len(kinds)} kinds of entries instead of one"
        )
    for kind in kinds:
        _check_group(kind, dcc[kind])


def _check_name(name: Any) -> None:
    _require(isinstance(name, Mapping), "nam")
    _require(any(_is_filled(name.get(part)) for part in ("fnt", "gnt")), "nam/fnt")
    _require(
        all(_is_text(name[part]) for part in ("fn", "gn", "fnt", "gnt") if name.get(part) is not None), "nam"
    )


def _check_group(kind: str, group: Any) -> None:
    _require(isinstance(group, list), kind)
    # The schema wants one entry; early certificates carry all doses, and each of them is checked.
    for entry in group:
        _require(isinstance(entry, Mapping), kind)
        for field, check in _FIELDS[kind].items():
            _require(check(entry.get(field)), f"{kind}/{field}")


def _require(held: bool, field: str) -> None:
    if not held:
        raise CertificateInvalid("schema", f"the field {field} is missing or malformed")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_filled(value: Any) -> bool:
    return isinstance(value, str) and _FILLED.search(value) is not None


def _is_version(value: Any) -> bool:
    return isinstance(value, str) and _VERSION.fullmatch(value) is not None


def _is_birth(value: Any) -> bool:
    return isinstance(value, str) and _BIRTH.fullmatch(value.strip(BLANKS)) is not None


def _is_date(value: Any) -> bool:
    """A full date, with or without a time of day and a time zone behind it."""
    day = value.strip(BLANKS)[:10] if isinstance(value, str) else ""
    if not _DAY.fullmatch(day):  # fromisoformat takes weeks, too
        return False
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _is_dose(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value <= MAX_DOSE and value == value // 1


_FIELDS: Final[Mapping[str, Mapping[str, Check]]] = {
    "v": {
        **dict.fromkeys(("tg", "vp", "mp", "ma", "co", "is"), _is_text),
        **dict.fromkeys(("dn", "sd"), _is_dose),
        "dt": _is_date,
        "ci": _is_filled,
    },
    "t": {**dict.fromkeys(("tg", "tt", "tr", "co", "is"), _is_text), "sc": _is_date, "ci": _is_filled},
    "r": {
        **dict.fromkeys(("tg", "co", "is"), _is_text),
        **dict.fromkeys(("fr", "df", "du"), _is_date),
        "ci": _is_filled,
    },
}
