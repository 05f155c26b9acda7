"""What a printed certificate says, out of the claims of an issued one; nothing is verified here."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

__all__ = ["IssuedContent", "ReadIssued", "Unprintable", "issued_content"]


class Unprintable(Exception):
    """A certificate that cannot be printed; says why and what to do, without quoting it."""


@dataclass(frozen=True, slots=True)
class IssuedContent:
    """The one vaccination of a certificate, its texts as issued but in NFC; codes are still codes."""

    full_name: str
    date_of_birth: str
    disease: str
    dose_number: int
    doses_in_series: int
    vaccinated_on: str
    vaccine: str
    product: str
    manufacturer: str
    uvci: str
    issuer: str
    expires_at: datetime


ReadIssued = Callable[[str], IssuedContent]
"""Takes an HC1 text apart, whoever signed it. Raises Unprintable."""


def issued_content(claims: Mapping[str, Any]) -> IssuedContent:
    """What there is to print of the claims exp and dcc (hcert 1.0.8; schema 1.3.0).

    Raises Unprintable: a field is missing, or there is not exactly one vaccination.
    """
    dcc = _map(claims["dcc"], "the certificate")
    entry = _only_vaccination(dcc)
    return IssuedContent(
        full_name=_full_name(_map(dcc.get("nam"), "nam")),
        date_of_birth=_text(dcc, "dob"),
        disease=_text(entry, "tg"),
        dose_number=_count(entry, "dn"),
        doses_in_series=_count(entry, "sd"),
        vaccinated_on=_text(entry, "dt"),
        vaccine=_text(entry, "vp"),
        product=_text(entry, "mp"),
        manufacturer=_text(entry, "ma"),
        uvci=_text(entry, "ci"),
        issuer=_text(entry, "is"),
        expires_at=_time(claims["exp"]),
    )


def _map(value: Any, what: str) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise Unprintable(f"{what} is missing or no map; issue it anew")
    return value


def _only_vaccination(dcc: Mapping[Any, Any]) -> Mapping[Any, Any]:
    group = dcc.get("v")
    if not isinstance(group, list | tuple) or len(group) != 1:
        raise Unprintable(
            "the certificate has not exactly one vaccination, as paper needs; pack it as a picture"
        )
    return _map(group[0], "v")


def _full_name(name: Mapping[Any, Any]) -> str:
    """Family name first, as Vietnam writes it; transliterated where nothing else is there."""
    for parts in (("fn", "gn"), ("fnt", "gnt")):
        held = [part.strip() for part in map(name.get, parts) if isinstance(part, str) and part.strip()]
        if held:
            return unicodedata.normalize("NFC", " ".join(held))
    raise Unprintable("the certificate has no name; issue it anew")


def _text(fields: Mapping[Any, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise Unprintable(f"the field {name} is missing or no text; issue it anew")
    return unicodedata.normalize("NFC", value.strip())


def _count(fields: Mapping[Any, Any], name: str) -> int:
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unprintable(f"the field {name} is missing or no whole number; issue it anew")
    return value


def _time(value: Any) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unprintable("the time of expiry is missing or no whole number; issue it anew")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise Unprintable("the time of expiry is no time; issue it anew") from error
