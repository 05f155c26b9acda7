"""The whole check of a certificate, layer by layer, against the DSCs that are trusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import rsa

from signer.errors import CertificateInvalid
from signer.verifying.claims import Claims, bare_claims, read_claims
from signer.verifying.cose import SignedMessage, read_message
from signer.verifying.dcc import check_structure, kinds_of
from signer.verifying.inflate import inflate
from signer.verifying.signature import ALGORITHM_NAMES, SOUND_RSA_BITS, fits
from signer.verifying.text import decode_text
from signer.verifying.trust import Dsc, TrustStore

__all__ = ["REASONS", "Verified", "message_of", "peek", "verify", "verify_message"]

REASONS: Final = (
    "context",
    "size",
    "base45",
    "zlib",
    "cbor",
    "cose",
    "kid_unknown",
    "algorithm",
    "signature",
    "schema",
    "issuer",
    "key_usage",
    "not_yet_valid",
    "expired",
    "dsc_validity",
)
"""The classes of failure, roughly in the order in which the layers can find them."""

_SAME_COUNTRY: Final = {"EL": "GR", "UK": "GB"}
"""Codes of EU practice beside those of ISO 3166."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A certificate that verifies. `kid` has 8 bytes, times are in UTC, `country` is the one of the DSC.

    `marks` name what a stricter reader minds: `weak_key` (RSA under 2048 bits), `predates_dsc`,
    `outlives_dsc`.
    """

    kid: bytes
    issuer: str | None
    issued_at: datetime
    expires_at: datetime
    dcc: dict[str, Any]
    algorithm: str
    country: str | None
    marks: tuple[str, ...] = ()


def verify(text: str, trust: TrustStore, at: datetime) -> Verified:
    """Gives the content of an HC1 text that is genuine and in force at the time `at`, which has a time zone.

    Nothing of the payload is decoded before its signature fits. Raises CertificateInvalid, one of `REASONS`.
    """
    return verify_message(message_of(text), trust, at)


def verify_message(message: SignedMessage, trust: TrustStore, at: datetime) -> Verified:
    """The same of the message that a text holds, for who wants to see its signature, too."""
    dsc = _signer_of(message, trust)
    claims = read_claims(message.payload)
    check_structure(claims.dcc)
    _check_issuer(claims, dsc)
    _check_usage(claims, dsc)
    _check_times(claims, dsc, at)
    return Verified(
        kid=dsc.kid,
        issuer=claims.issuer,
        issued_at=claims.issued_at,
        expires_at=claims.expires_at,
        dcc=claims.dcc,
        algorithm=str(dsc.algorithm),
        country=dsc.country,
        marks=_marks(claims, dsc),
    )


def peek(text: str) -> dict[str, Any] | None:
    """What an HC1 text says (iss, iat, exp, dcc) without any check, or None if it cannot be decoded so
    far."""
    try:
        return bare_claims(message_of(text).payload)
    except CertificateInvalid:
        return None


def message_of(text: str) -> SignedMessage:
    """The signed message of an HC1 text, **unverified**. Raises CertificateInvalid."""
    return read_message(inflate(decode_text(text)))


def _signer_of(message: SignedMessage, trust: TrustStore) -> Dsc:
    """The DSC that signed, tried out among all with that kid (hcert 1.0.8, section 3.3)."""
    if message.kid is None:
        raise CertificateInvalid("kid_unknown", "the certificate names no kid")
    candidates = trust.find(message.kid)
    if not candidates:
        raise CertificateInvalid("kid_unknown", f"no trusted DSC has the kid {message.kid.hex()}")
    agreeing = [dsc for dsc in candidates if _agrees(message.algorithm, dsc)]
    if not agreeing:
        raise CertificateInvalid(
            "algorithm", "the algorithm of the header is not that of the DSC's key, or unknown"
        )
    signed = message.signed_bytes()
    for dsc in agreeing:
        if dsc.key is not None and fits(dsc.key, message.signature, signed):
            return dsc
    raise CertificateInvalid("signature", "the signature does not fit any trusted DSC of that kid")


def _agrees(algorithm: object, dsc: Dsc) -> bool:
    """The key decides; a header without algorithm cannot disagree with it."""
    if dsc.algorithm is None:
        return False
    return algorithm is None or (
        isinstance(algorithm, int) and ALGORITHM_NAMES.get(algorithm) == dsc.algorithm
    )


def _check_issuer(claims: Claims, dsc: Dsc) -> None:
    """Only two country codes can contradict each other: in the field, issuers are missing or no country."""
    issuer, country = _country_code(claims.issuer), _country_code(dsc.country)
    if issuer and country and issuer != country:
        raise CertificateInvalid("issuer", f"issued in the name of {issuer} and signed by a DSC of {country}")


def _country_code(name: str | None) -> str | None:
    code = (name or "").strip().upper()
    return _SAME_COUNTRY.get(code, code) if len(code) == 2 and code.isascii() and code.isalpha() else None


def _check_usage(claims: Claims, dsc: Dsc) -> None:
    forbidden = kinds_of(claims.dcc) - dsc.kinds
    if forbidden:
        raise CertificateInvalid(
            "key_usage", f"the DSC may not sign entries of kind {', '.join(sorted(forbidden))}"
        )


def _check_times(claims: Claims, dsc: Dsc, at: datetime) -> None:
    if at < claims.issued_at:
        raise CertificateInvalid(
            "not_yet_valid", f"issued at {claims.issued_at.isoformat()}, later than the check"
        )
    if at > claims.expires_at:  # the very second of expiry still counts, as the official vectors have it
        raise CertificateInvalid("expired", f"expired at {claims.expires_at.isoformat()}")
    if not dsc.not_before <= at <= dsc.not_after:
        span = f"{dsc.not_before.isoformat()} to {dsc.not_after.isoformat()}"
        raise CertificateInvalid("dsc_validity", f"the DSC is in force from {span} only")


def _marks(claims: Claims, dsc: Dsc) -> tuple[str, ...]:
    weak = isinstance(dsc.key, rsa.RSAPublicKey) and dsc.key.key_size < SOUND_RSA_BITS
    marks = {
        "weak_key": weak,
        "predates_dsc": claims.issued_at < dsc.not_before,
        "outlives_dsc": claims.expires_at > dsc.not_after,
    }
    return tuple(mark for mark, holds in marks.items() if holds)
