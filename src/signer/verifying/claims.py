"""The CWT claims of the payload: who issued, from when to when, and the certificate inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from signer.errors import CertificateInvalid
from signer.verifying.cbor import decode_item

__all__ = ["NO_CERTIFICATE", "Claims", "bare_claims", "read_claims"]

NO_CERTIFICATE: Final = "the payload holds no digital covid certificate"

ISSUER: Final = 1
EXPIRES_AT: Final = 4
ISSUED_AT: Final = 6
HCERT: Final = -260
EU_DCC: Final = 1


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of a certificate (hcert 1.0.8, section 3.3); times in UTC, `issuer` is optional there."""

    issuer: str | None
    issued_at: datetime
    expires_at: datetime
    dcc: dict[str, Any]


def read_claims(payload: bytes) -> Claims:
    """Gives the claims of a payload.

    Raises CertificateInvalid: `cbor` when it is no CBOR, `issuer` when that claim is no text, `schema` when a
    time or
    the certificate is missing or of the wrong kind.
    """
    claims = _claims_map(payload)
    issuer = claims.get(ISSUER)
    if issuer is not None and not isinstance(issuer, str):
        raise CertificateInvalid("issuer", "the issuer claim is no text")
    dcc = _dcc_of(claims)
    if dcc is None:
        raise CertificateInvalid("schema", NO_CERTIFICATE, "cwt")
    return Claims(issuer, _time(claims, ISSUED_AT, "iat"), _time(claims, EXPIRES_AT, "exp"), dcc)


def bare_claims(payload: bytes) -> dict[str, Any]:
    """What a payload says under iss, iat, exp and dcc, unchecked; None where missing. Raises like the
    other."""
    claims = _claims_map(payload)
    return {
        "iss": claims.get(ISSUER),
        "iat": claims.get(ISSUED_AT),
        "exp": claims.get(EXPIRES_AT),
        "dcc": _dcc_of(claims),
    }


def _claims_map(payload: bytes) -> Mapping[Any, Any]:
    claims = decode_item(payload, "the payload", "cwt")
    if not isinstance(claims, Mapping):
        raise CertificateInvalid("schema", "the payload is no map of claims", "cwt")
    return claims


def _dcc_of(claims: Mapping[Any, Any]) -> dict[str, Any] | None:
    hcert = claims.get(HCERT)
    dcc = hcert.get(EU_DCC) if isinstance(hcert, Mapping) else None
    return dict(dcc) if isinstance(dcc, Mapping) else None


def _time(claims: Mapping[Any, Any], label: int, name: str) -> datetime:
    """A NumericDate (RFC 8392, section 2); integers by the standard, floats in the field."""
    seconds = claims.get(label)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise CertificateInvalid("schema", f"the claim {name} is missing or no number", "cwt")
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise CertificateInvalid("schema", f"the claim {name} is no time", "cwt") from error
