"""A trust snapshot: the keys of many issuers in one JSON file with the date when it was made."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from signer.cms import CERTIFICATE_ERRORS
from signer.verifying.dsc import Dsc, kinds_of_usages, usable

__all__ = ["PublishedList", "Snapshot", "looks_like_list", "read_snapshot"]

ZIP: Final = b"PK\x03\x04"
FORMAT: Final = "signer-trust-snapshot"
VERSION: Final = 1
TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
COUNTRY: Final = re.compile("[A-Z]{2}")
PURPOSE: Final = re.compile("[0-9.]{1,256}")
MAX_KID_BYTES: Final = 64
MAX_CHARACTERS: Final = 2048
"""Of a number of a JWK: over 12,000 bits, more than any key has."""
_EVER: Final = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
"""Of a bare key that names no time at all."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The keys of a snapshot, and when it was made."""

    made_at: datetime
    keys: tuple[Dsc, ...]


class PublishedList(ValueError):
    """A list as it is published, which is no snapshot yet."""


def looks_like_list(data: bytes) -> bool:
    """Whether a file is JSON or a zip rather than a certificate."""
    return data.lstrip()[:1] in (b"{", b"[") or data.startswith(ZIP)


def read_snapshot(data: bytes) -> Snapshot:
    """Reads the file that `signer trust import` writes (docs/trust.md): its date and keys, nothing else.

    Raises ValueError with what is wrong, and with the number of the key from 1 where it is one of them;
    PublishedList for a gateway's list, a zip or a DID document.
    """
    if data.startswith(ZIP):
        raise PublishedList
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ValueError("it is no JSON") from error
    if isinstance(content, list) or (isinstance(content, dict) and "verificationMethod" in content):
        raise PublishedList
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError("it is no trust snapshot")
    if content.get("version") != VERSION:
        raise ValueError(f"it is of another version than {VERSION}, which alone can be read")
    try:
        made_at, entries = _time(content["made_at"]), list(content["keys"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("it lacks made_at or keys, or these are none") from error
    if not entries:
        raise ValueError("the snapshot holds no key")
    return Snapshot(made_at, tuple(_key(entry, number) for number, entry in enumerate(entries, start=1)))


def _key(entry: Mapping[str, Any], number: int) -> Dsc:
    try:
        bare = _bare_key(entry)
        if entry["certificate"] is None:
            return bare
        der = base64.b64decode(entry["certificate"], validate=True)
        dsc = Dsc.from_certificate(x509.load_der_x509_certificate(der))
        # What the list says of a key goes before what its certificate says: a DID can name another kid.
        return replace(dsc, kid=bare.kid, country=bare.country or dsc.country)
    except (*CERTIFICATE_ERRORS, AttributeError, KeyError, OverflowError, TypeError) as error:
        raise ValueError(f"key {number} is malformed") from error


def _bare_key(entry: Mapping[str, Any]) -> Dsc:
    """What the list itself says of a key; the key is None where there is a certificate instead of a JWK."""
    if (entry["certificate"] is None) == (entry["jwk"] is None):
        raise ValueError("either certificate or JWK is wanted")
    algorithm, key = usable(None if entry["jwk"] is None else _public_key(entry["jwk"]))
    begin, end = entry["not_before"], entry["not_after"]
    return Dsc(
        kid=_kid(entry["kid"]),
        key=key,
        algorithm=algorithm,
        country=_country(entry["country"]),
        not_before=_EVER[0] if begin is None else _time(begin),
        not_after=_EVER[1] if end is None else _time(end),
        kinds=kinds_of_usages(_purposes(entry["eku"])),
    )


def _kid(text: str) -> bytes:
    kid = base64.b64decode(text, validate=True)
    if not 0 < len(kid) <= MAX_KID_BYTES:
        raise ValueError("no kid")
    return kid


def _country(code: str | None) -> str | None:
    if code is not None and not COUNTRY.fullmatch(code):
        raise ValueError("no country")
    return code


def _purposes(eku: object) -> list[str]:
    if not isinstance(eku, list) or not all(map(PURPOSE.fullmatch, eku)):
        raise ValueError("no purposes")
    return eku


def _public_key(jwk: Mapping[str, Any]) -> object:
    """The key of a JWK (RFC 7518, section 6), None for a kind that certificates do not use.

    Coordinates of 33 bytes with a leading zero are in the field.
    """
    match jwk:
        case {"kty": "EC", "crv": "P-256", "x": x, "y": y}:
            return ec.EllipticCurvePublicNumbers(_number(x), _number(y), ec.SECP256R1()).public_key()
        case {"kty": "RSA", "n": n, "e": e}:
            return rsa.RSAPublicNumbers(_number(e), _number(n)).public_key()
        case {"kty": str()}:
            return None
    raise ValueError("no key type")


def _number(text: str) -> int:
    if len(text) > MAX_CHARACTERS:
        raise ValueError("an endless number")
    padded = text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4)
    return int.from_bytes(base64.b64decode(padded, altchars=b"-_", validate=True))


def _time(text: str) -> datetime:
    return datetime.strptime(text, TIME).replace(tzinfo=UTC)
