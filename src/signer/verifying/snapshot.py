"""A trust snapshot: the keys of many issuers in one JSON file with the date when it was made."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from signer.verifying.dsc import Dsc, kinds_of_usages, usable

__all__ = ["Snapshot", "looks_like_snapshot", "read_snapshot"]

FORMAT: Final = "signer-trust-snapshot"
VERSION: Final = 1
_EVER: Final = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
"""Of a bare key that names no time at all."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The keys of a snapshot, and when it was made."""

    made_at: datetime
    keys: tuple[Dsc, ...]


def looks_like_snapshot(data: bytes) -> bool:
    """Whether a file is JSON rather than a certificate."""
    return data.lstrip()[:1] == b"{"


def read_snapshot(data: bytes) -> Snapshot:
    """Reads the file that `signer trust import` writes (docs/trust.md).

    Raises ValueError with what is wrong, and with the number of the key from 1 where it is one of them.
    """
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ValueError("it is no JSON") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError("it is no trust snapshot")
    if content.get("version") != VERSION:
        raise ValueError(f"it is of version {content.get('version')!r}, and only {VERSION} can be read")
    try:
        made_at, entries = _time(content["made_at"]), list(content["keys"])
    except (KeyError, TypeError) as error:
        raise ValueError("it lacks made_at or keys") from error
    if not entries:
        raise ValueError("the snapshot holds no key")
    return Snapshot(made_at, tuple(_key(entry, number) for number, entry in enumerate(entries, start=1)))


def _key(entry: Mapping[str, Any], number: int) -> Dsc:
    try:
        if entry.get("certificate") is not None:
            der = base64.b64decode(entry["certificate"], validate=True)
            dsc = Dsc.from_certificate(x509.load_der_x509_certificate(der))
        else:
            dsc = _bare_key(entry)
        # What the list says of a key goes before what its certificate says: a DID can name another kid.
        kid = base64.b64decode(entry["kid"], validate=True)
        return replace(dsc, kid=kid, country=entry.get("country") or dsc.country)
    except (AttributeError, KeyError, TypeError, ValueError, x509.DuplicateExtension) as error:
        raise ValueError(f"key {number} is malformed") from error


def _bare_key(entry: Mapping[str, Any]) -> Dsc:
    algorithm, key = usable(_public_key(entry["jwk"]))
    begin, end = (entry.get(name) for name in ("not_before", "not_after"))
    return Dsc(
        kid=b"",
        key=key,
        algorithm=algorithm,
        country=None,
        not_before=_time(begin) if begin else _EVER[0],
        not_after=_time(end) if end else _EVER[1],
        kinds=kinds_of_usages(entry.get("eku") or ()),
    )


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
    padded = text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4)
    return int.from_bytes(base64.b64decode(padded, altchars=b"-_", validate=True))


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)
