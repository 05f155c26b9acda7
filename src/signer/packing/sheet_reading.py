"""What an issued certificate says, read from its hc1 for printing; nothing is verified here."""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

import base45
import cbor2

__all__ = ["IssuedContent", "UnreadableText", "read_issued"]

PREFIX: Final = "HC1:"
MAX_CHARACTERS: Final = 4296
"""More alphanumeric characters no QR symbol holds (ISO 18004, table 7: 40-L)."""

MAX_BYTES: Final = 64 * 1024
MAX_DEPTH: Final = 16
COSE_SIGN1_TAG: Final = 18
EXPIRES_CLAIM: Final = 4
HCERT_CLAIM: Final = -260
DCC_CLAIM: Final = 1

_LIBRARY_TAGS: Final = (
    *(0, 1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 100),
    *(256, 258, 260, 261, 1004, 43000, 55799),
)
"""Tags out of which the CBOR library would make dates, huge numbers, patterns or circles."""


class UnreadableText(Exception):
    """A text that is no certificate which can be printed; says why, without quoting it."""


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


def read_issued(hc1: str) -> IssuedContent:
    """Takes an HC1 text apart (hcert 1.0.8; schema 1.3.0), whoever signed it.

    Raises UnreadableText: a layer is damaged, a field is missing, or there is not exactly one vaccination.
    """
    claims = _map(_decode(_payload(_inflate(_decode_text(hc1))), "the payload"), "the payload")
    dcc = _map(_map(claims.get(HCERT_CLAIM), "hcert").get(DCC_CLAIM), "the certificate")
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
        expires_at=_time(claims.get(EXPIRES_CLAIM)),
    )


def _decode_text(hc1: str) -> bytes:
    if not hc1.startswith(PREFIX) or len(hc1) > MAX_CHARACTERS:
        raise UnreadableText("the text does not begin with HC1: or is too long")
    try:
        # As bytes: given a str, the library strips line ends of its own accord.
        compressed: bytes = base45.b45decode(hc1[len(PREFIX) :].encode("ascii"))
    except ValueError as error:
        raise UnreadableText("the text is not base45") from error
    return compressed


def _inflate(compressed: bytes) -> bytes:
    stream = zlib.decompressobj()
    try:
        inflated = stream.decompress(compressed, MAX_BYTES)
    except zlib.error as error:
        raise UnreadableText("the text does not inflate") from error
    if not stream.eof:
        raise UnreadableText("the text is cut short or inflates to too much")
    return inflated


def _refuse(_value: Any, _immutable: bool) -> NoReturn:
    raise cbor2.CBORDecodeError("a tag that has no place in a certificate")


_DECODERS: Final = dict.fromkeys(_LIBRARY_TAGS, _refuse)


def _decode(data: bytes, what: str) -> Any:
    try:
        return cbor2.loads(data, semantic_decoders=_DECODERS, max_depth=MAX_DEPTH, allow_duplicate_keys=False)
    except (cbor2.CBORError, RecursionError, MemoryError, OverflowError, TypeError, ValueError) as error:
        raise UnreadableText(f"{what} is not CBOR of a certificate") from error


def _payload(message: bytes) -> bytes:
    item = _decode(message, "the message")
    if isinstance(item, cbor2.CBORTag) and item.tag == COSE_SIGN1_TAG:
        item = item.value
    if not isinstance(item, list | tuple) or len(item) != 4 or not isinstance(item[2], bytes):
        raise UnreadableText("the message is no COSE_Sign1")
    return item[2]


def _map(value: Any, what: str) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise UnreadableText(f"{what} is missing or no map")
    return value


def _only_vaccination(dcc: Mapping[Any, Any]) -> Mapping[Any, Any]:
    group = dcc.get("v")
    if not isinstance(group, list | tuple) or len(group) != 1:
        raise UnreadableText("the certificate has not exactly one vaccination")
    return _map(group[0], "v")


def _full_name(name: Mapping[Any, Any]) -> str:
    """Family name first, as Vietnam writes it; transliterated where nothing else is there."""
    for parts in (("fn", "gn"), ("fnt", "gnt")):
        held = [part.strip() for part in map(name.get, parts) if isinstance(part, str) and part.strip()]
        if held:
            return unicodedata.normalize("NFC", " ".join(held))
    raise UnreadableText("the certificate has no name")


def _text(fields: Mapping[Any, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise UnreadableText(f"the field {name} is missing or no text")
    return unicodedata.normalize("NFC", value.strip())


def _count(fields: Mapping[Any, Any], name: str) -> int:
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnreadableText(f"the field {name} is missing or no whole number")
    return value


def _time(value: Any) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnreadableText("the time of expiry is missing or no whole number")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise UnreadableText("the time of expiry is no time") from error
