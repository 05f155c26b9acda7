"""Verdicts on codes: the table that a bulk verification writes, and what it says of one code."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import pyarrow as pa

from signer.errors import CertificateInvalid
from signer.verifying import NOTHING_REVOKED, Revocations, TrustStore, Verified, verify
from signer.verifying.claims import bare_claims
from signer.verifying.code import UNREADABLE
from signer.verifying.verifier import message_of

__all__ = ["INVALID", "VALID", "VERDICTS", "Verdict", "verdict_of"]

log = logging.getLogger(__name__)

VALID: Final = "valid"
INVALID: Final = "invalid"

VERDICTS: Final = pa.schema(
    [
        ("source", pa.string()),
        ("row", pa.int64()),
        ("page", pa.int32()),
        ("verdict", pa.string()),
        ("reason", pa.string()),
        ("layer", pa.string()),
        ("issuer", pa.string()),
        ("kid", pa.binary()),
        ("iat", pa.timestamp("us", tz="UTC")),
        ("exp", pa.timestamp("us", tz="UTC")),
        ("marks", pa.list_(pa.string())),
    ]
)
"""`row` and `page` as in `verifying.code`; `class` and `layer` of an invalid code only. `issuer` to `exp` are
those of a valid code; of an invalid one what it says itself, unverified, where that can be read. `marks` are
those of `verifying.Verified`; an invalid code has none."""

LONGEST_ISSUER: Final = 80
KID_BYTES: Final = 8


class Verdict(NamedTuple):
    """The columns of one code that do not tell where it stands; `reason` is the column `class`."""

    verdict: str
    reason: str | None = None
    layer: str | None = None
    issuer: str | None = None
    kid: bytes | None = None
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    marks: tuple[str, ...] = ()


def verdict_of(
    text: str,
    failure: CertificateInvalid | None,
    trust: TrustStore,
    at: datetime,
    revocations: Revocations = NOTHING_REVOKED,
) -> Verdict:
    """The verdict on a text, or on why there is none; never raises for what a text holds."""
    if failure is not None:
        return _invalid(failure)
    try:
        return _valid(verify(text, trust, at, revocations))
    except CertificateInvalid as found:
        return _invalid(found)._replace(**_stated(text))
    except Exception as error:  # whatever it is, the others are to be judged; its message may quote the text
        log.warning("a code could not be judged: %s; please report it", type(error).__name__)
        return _invalid(CertificateInvalid(UNREADABLE, f"cannot be verified ({type(error).__name__})"))


def _valid(verified: Verified) -> Verdict:
    times = verified.issued_at, verified.expires_at
    return Verdict(VALID, None, None, _issuer(verified.issuer), verified.kid, *times, verified.marks)


def _invalid(failure: CertificateInvalid) -> Verdict:
    return Verdict(INVALID, failure.reason, failure.layer)


def _stated(text: str) -> dict[str, Any]:
    """What a code says of itself, unverified and as far as it can be read."""
    known: dict[str, Any] = {}
    try:
        message = message_of(text)
        known["kid"] = _kid(message.kid)
        claims = bare_claims(message.payload)
    except CertificateInvalid:
        return known
    return known | {
        "issuer": _issuer(claims["iss"]),
        "issued_at": _time(claims["iat"]),
        "expires_at": _time(claims["exp"]),
    }


def _issuer(value: object) -> str | None:
    """The name of an issuer that can be shown; anyone can write anything there."""
    if not isinstance(value, str) or len(value) > LONGEST_ISSUER or not value.isprintable():
        return None
    return value


def _kid(value: object) -> bytes | None:
    return value if isinstance(value, bytes) and len(value) == KID_BYTES else None


def _time(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        return None
