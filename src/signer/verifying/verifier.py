"""The whole check of a certificate, layer by layer, against the DSCs that are trusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import rsa

from signer.errors import LAYER_OF, CertificateInvalid
from signer.verifying.claims import Claims, bare_claims, read_claims
from signer.verifying.code import UNREADABLE
from signer.verifying.cose import SignedMessage, read_message
from signer.verifying.dates import check_dates, contradictions
from signer.verifying.dcc import BLANKS, check_structure, kinds_of
from signer.verifying.dsc import Dsc
from signer.verifying.inflate import inflate
from signer.verifying.revocation import NOTHING_REVOKED, Revocations
from signer.verifying.revoked_hashes import HashesByType, hashes_of
from signer.verifying.schema import departures
from signer.verifying.signature import ALGORITHM_NAMES, SOUND_RSA_BITS, fits
from signer.verifying.text import decode_text
from signer.verifying.trust import TrustStore
from signer.verifying.values import check_values, unlisted

__all__ = [
    "REASONS",
    "Verified",
    "candidates_of",
    "message_of",
    "peek",
    "signer_of",
    "verify",
    "verify_content",
    "verify_message",
]

REASONS: Final = tuple(reason for reason in LAYER_OF if reason != UNREADABLE)
"""The classes of failure in the order in which they are looked for."""

_KID_BYTES_SHOWN: Final = 32
"""A kid has 8 bytes, that of a DID document some more, that of a joker thousands."""

_SAME_COUNTRY: Final = {"EL": "GR", "UK": "GB"}
"""Codes of EU practice beside those of ISO 3166."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A certificate that verifies. `kid` has 8 bytes, times are in UTC, `country` is the one of the DSC.

    `marks` name what a stricter reader minds: `weak_key` (RSA under 2048 bits), `off_schema`,
    `off_value_set`, `odd_dates`.
    """

    kid: bytes
    issuer: str | None
    issued_at: datetime
    expires_at: datetime
    dcc: dict[str, Any]
    algorithm: str
    country: str | None
    marks: tuple[str, ...] = ()


def verify(
    text: str, trust: TrustStore, at: datetime, revocations: Revocations = NOTHING_REVOKED
) -> Verified:
    """Gives the content of an HC1 text that is genuine, in force at the time `at`, which has a time zone, and
    not among `revocations`.

    Nothing of the payload is decoded before its signature fits. Raises CertificateInvalid, one of `REASONS`.
    """
    message = message_of(text)
    verified = verify_message(message, trust, at)
    if revocations:  # last of all: only what would be valid is called revoked
        revocations.check(_hashes(message, verified))
    return verified


def verify_message(message: SignedMessage, trust: TrustStore, at: datetime) -> Verified:
    """The same of the message that a text holds, for who wants to see its signature, too."""
    return verify_content(message, signer_of(message, trust), at)


def verify_content(message: SignedMessage, dsc: Dsc, at: datetime) -> Verified:
    """The same where the signature is known to be that of `dsc`: all checks but those of the signature."""
    claims = read_claims(message.payload)
    check_structure(claims.dcc)
    check_values(claims.dcc)
    _check_issuer(claims, dsc)
    _check_usage(claims, dsc)
    _check_life(claims, dsc)
    check_dates(claims.dcc, max(at, claims.issued_at))  # a clock that is slow makes no date impossible
    _check_times(claims, at)  # last, so that what only these refuse is genuine and in order
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


def signer_of(message: SignedMessage, trust: TrustStore) -> Dsc:
    """The DSC that signed, tried out among all with that kid (hcert 1.0.8, section 3.3)."""
    candidates, signed = candidates_of(message, trust), message.signed_bytes()
    for dsc in candidates:
        if dsc.key is not None and fits(dsc.key, message.signature, signed):
            return dsc
    raise CertificateInvalid("signature", "the signature does not fit any trusted DSC of that kid")


def candidates_of(message: SignedMessage, trust: TrustStore) -> list[Dsc]:
    """The DSCs that can have signed: of the message's kid, with a key of its algorithm; one at least."""
    if message.kid is None:
        raise CertificateInvalid("kid_unknown", "the certificate names no kid")
    of_kid = trust.find(message.kid)
    if not of_kid:
        kid = message.kid[:_KID_BYTES_SHOWN].hex()
        raise CertificateInvalid("kid_unknown", f"no trusted DSC has the kid {kid}")
    agreeing = [dsc for dsc in of_kid if _agrees(message.algorithm, dsc)]
    if not agreeing:
        raise CertificateInvalid(
            "algorithm", "the algorithm of the header is not that of the DSC's key, or unknown"
        )
    return agreeing


def _hashes(message: SignedMessage, verified: Verified) -> HashesByType:
    """By which a certificate is revoked; one without an issuer is that of its key's country."""
    issuer = verified.country if verified.issuer is None else verified.issuer
    return hashes_of(issuer or "", verified.dcc, message.signature, verified.algorithm)


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
    code = (name or "").strip(BLANKS).upper()
    return _SAME_COUNTRY.get(code, code) if len(code) == 2 and code.isascii() and code.isalpha() else None


def _check_usage(claims: Claims, dsc: Dsc) -> None:
    forbidden = kinds_of(claims.dcc) - dsc.kinds
    if forbidden:
        raise CertificateInvalid(
            "key_usage", f"the DSC may not sign entries of kind {', '.join(sorted(forbidden))}"
        )


def _check_life(claims: Claims, dsc: Dsc) -> None:
    """The shell model (hcert 1.0.8, section 3.3): from iat to exp the DSC is in force."""
    told = ""
    if not dsc.not_before <= claims.issued_at <= dsc.not_after:
        told = f"issued at {claims.issued_at.isoformat()}"
    elif claims.expires_at > dsc.not_after:
        told = f"expires at {claims.expires_at.isoformat()}"
    if told:
        span = f"{dsc.not_before.isoformat()} to {dsc.not_after.isoformat()}"
        raise CertificateInvalid("dsc_validity", f"{told}, and the DSC is in force from {span} only")


def _check_times(claims: Claims, at: datetime) -> None:
    if at < claims.issued_at:
        raise CertificateInvalid(
            "not_yet_valid", f"issued at {claims.issued_at.isoformat()}, later than the check"
        )
    if at > claims.expires_at:  # the very second of expiry still counts, as the official vectors have it
        raise CertificateInvalid("expired", f"expired at {claims.expires_at.isoformat()}")


def _marks(claims: Claims, dsc: Dsc) -> tuple[str, ...]:
    weak = isinstance(dsc.key, rsa.RSAPublicKey) and dsc.key.key_size < SOUND_RSA_BITS
    marks = {
        "weak_key": weak,
        "off_schema": any(departures(claims.dcc)),
        "off_value_set": any(unlisted(claims.dcc)),
        "odd_dates": any(contradictions(claims.dcc, claims.issued_at)),
    }
    return tuple(mark for mark, holds in marks.items() if holds)
