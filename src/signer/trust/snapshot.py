"""A snapshot of trust: the keys that counted at a time, and where they came from, as one JSON file."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from cryptography import x509

from signer.cms import demand_signature
from signer.errors import TrustUnreadable
from signer.trust.jwk import public_key_of
from signer.trust.left_out import EntryRefused
from signer.trust.reading import read_file
from signer.trust.trusted_key import TrustedKey, load_certificate

__all__ = ["Snapshot", "Source", "read_snapshot", "snapshot_text"]

FORMAT, VERSION = "signer-trust-snapshot", 1
KINDS: Final = ("gateway", "zip", "did", "files")
TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
COUNTRY: Final = re.compile("[A-Z]{2}")
PURPOSE: Final = re.compile("[0-9.]{1,256}")
MAX_KID_BYTES: Final = 64
MAX_CHARACTERS: Final = 2048
"""Of a source's name, and of each part of a JWK."""


@dataclass(frozen=True)
class Source:
    """A list that keys came from: what kind of one, its file's name and SHA-256 (64 hex digits).

    `signed` if a trust anchor signed it: no files and DID documents are, nor lists that came in unasked.
    """

    kind: str
    name: str
    sha256: str
    n_keys: int
    signed: bool


@dataclass(frozen=True)
class Snapshot:
    """What was trusted at `made_at`, in the order in which it is written."""

    made_at: datetime
    sources: tuple[Source, ...]
    keys: tuple[TrustedKey, ...]


def snapshot_text(snapshot: Snapshot) -> str:
    """The file's content in ASCII: the same for the same snapshot (docs/trust.md)."""
    value = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": _text(snapshot.made_at),
        "sources": [asdict(source) for source in snapshot.sources],
        "keys": [_key_object(key) for key in sorted(snapshot.keys, key=lambda key: key.order)],
    }
    return json.dumps(value, sort_keys=True, indent=1, ensure_ascii=True, allow_nan=False) + "\n"


def read_snapshot(path: Path, signer: x509.Certificate | None = None) -> Snapshot:
    """Reads a snapshot; raises TrustUnreadable for what is missing, damaged, or of another format.

    With `signer`, only one that has its signature beside it. What else the file holds is passed over.
    """
    content = read_file(path)
    if signer is not None:
        demand_signature(path, content, signer)
    value = _json(content)
    if not isinstance(value, dict) or (value.get("format"), value.get("version")) != (FORMAT, VERSION):
        raise TrustUnreadable(f"{path}: is no trust snapshot; `signer trust import` makes one")
    try:
        sources = tuple(_source(entry) for entry in value["sources"])
        keys = tuple(_key(entry, len(sources)) for entry in value["keys"])
        return Snapshot(_required_time(value["made_at"]), sources, keys)
    except (KeyError, TypeError, ValueError, AttributeError, EntryRefused) as error:
        raise TrustUnreadable(f"{path}: is a damaged trust snapshot; import the lists again") from error


def _key_object(key: TrustedKey) -> dict[str, Any]:
    return {
        "kid": base64.b64encode(key.kid).decode("ascii"),
        "country": key.country,
        "certificate": None if key.certificate is None else base64.b64encode(key.certificate).decode("ascii"),
        "jwk": None if key.jwk is None else dict(key.jwk),
        "not_before": _text(key.not_before),
        "not_after": _text(key.not_after),
        "eku": list(key.eku),
        "source": key.source,
    }


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _source(entry: Mapping[str, Any]) -> Source:
    """A source; one that does not say whether it was signed counts as not signed."""
    (name,), sha256 = _all_text([entry["name"]]), entry["sha256"]
    if entry["kind"] not in KINDS or not re.fullmatch("[0-9a-f]{64}", sha256):
        raise ValueError("no source")
    return Source(entry["kind"], name, sha256, int(entry["n_keys"]), entry.get("signed") is True)


def _key(entry: Mapping[str, Any], n_sources: int) -> TrustedKey:
    certificate, jwk = entry["certificate"], entry["jwk"]
    if (certificate is None) == (jwk is None) or not 0 <= entry["source"] < n_sources:
        raise ValueError("a key has a certificate or a JWK, and a source")
    key = TrustedKey(
        kid=_kid(entry["kid"]),
        country=_country(entry["country"]),
        certificate=None if certificate is None else _octets(certificate),
        jwk=None if jwk is None else _texts(jwk),
        not_before=_time(entry["not_before"]),
        not_after=_time(entry["not_after"]),
        eku=_purposes(entry["eku"]),
        source=int(entry["source"]),
    )
    _check_material(key)
    return key


def _check_material(key: TrustedKey) -> None:
    """Raises EntryRefused unless certificate and JWK can be read, so that they can later."""
    if key.certificate is not None:
        load_certificate(key.certificate)
    if key.jwk is not None:
        public_key_of(key.jwk)


def _kid(text: str) -> bytes:
    kid = _octets(text)
    if not 0 < len(kid) <= MAX_KID_BYTES:
        raise ValueError("no kid")
    return kid


def _country(code: str | None) -> str | None:
    if code is not None and not COUNTRY.fullmatch(code):
        raise ValueError("no country")
    return code


def _purposes(eku: Sequence[Any]) -> tuple[str, ...]:
    if not all(map(PURPOSE.fullmatch, purposes := _all_text(eku))):
        raise ValueError("no purposes")
    return tuple(purposes)


def _octets(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return dict(zip(values, _all_text(list(values.values())), strict=True))


def _all_text(values: Sequence[Any]) -> list[str]:
    if not isinstance(values, list) or not all(
        isinstance(value, str) and len(value) <= MAX_CHARACTERS for value in values
    ):
        raise ValueError("no texts, or endless ones")
    return list(values)


def _text(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    # Not strftime, which writes fewer than four digits for years before 1000.
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _time(text: str | None) -> datetime | None:
    return None if text is None else _required_time(text)


def _required_time(text: str) -> datetime:
    return datetime.strptime(text, TIME).replace(tzinfo=UTC)
