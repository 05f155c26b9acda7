"""A key that certificates are verified with: a DSC, or a public key that stands alone."""

from __future__ import annotations

import base64
import hashlib
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning

from signer.cms import CERTIFICATE_ERRORS, country_of, purposes_of
from signer.trust.left_out import EntryRefused

__all__ = ["TrustedKey", "key_of", "kid_of", "load_certificate"]

KID_BYTES = 8


@dataclass(frozen=True)
class TrustedKey:
    """One key of a snapshot, by `certificate` (DER) or, where there is none, by `jwk`.

    `kid` is what codes name it by; several keys may share one. `country` is two capital letters, None where
    nothing tells it. No `eku` means all kinds of certificates. `source` is an index into the sources.
    """

    kid: bytes
    country: str | None
    certificate: bytes | None
    jwk: Mapping[str, str] | None
    not_before: datetime | None
    not_after: datetime | None
    eku: tuple[str, ...]
    source: int = 0

    @property
    def material(self) -> str:
        """What is the same for the same certificate or key only: SHA-256, 64 hexadecimal digits."""
        if self.certificate is not None:
            return hashlib.sha256(self.certificate).hexdigest()
        return hashlib.sha256(json.dumps(dict(self.jwk or {}), sort_keys=True).encode("ascii")).hexdigest()

    @property
    def order(self) -> tuple[str, str, str]:
        """The place in a snapshot: by country, kid and certificate."""
        return (self.country or "", base64.b64encode(self.kid).decode("ascii"), self.material)


def load_certificate(der: bytes) -> x509.Certificate:
    """Reads a certificate whole, so that no part of it raises later; raises EntryRefused."""
    try:
        with warnings.catch_warnings():
            # Odd serial numbers are common in the field: no reason to write to the terminal.
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            certificate = x509.load_der_x509_certificate(der)
            country_of(certificate), purposes_of(certificate), certificate.not_valid_after_utc
    except CERTIFICATE_ERRORS as error:
        raise EntryRefused(
            "its certificate is damaged or against RFC 5280", "ask the publisher for it anew"
        ) from error
    return certificate


def key_of(certificate: x509.Certificate, country: str | None, kid: bytes | None = None) -> TrustedKey:
    """A DSC as a key, of `country` where it names none itself; raises EntryRefused for a damaged key.

    The kid is the first 8 octets of the SHA-256 over the DER (hcert specification 1.0.8) unless told.
    """
    try:
        certificate.public_key()
    except UnsupportedAlgorithm:
        pass  # a verifier says so when a code names it, which tells more than an unknown kid
    except ValueError as error:
        raise EntryRefused("its key is damaged", "ask the publisher for it anew") from error
    der = certificate.public_bytes(Encoding.DER)
    return TrustedKey(
        kid=kid if kid is not None else kid_of(der),
        country=country_of(certificate) or country,
        certificate=der,
        jwk=None,
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        eku=tuple(sorted(purposes_of(certificate))),
    )


def kid_of(der: bytes) -> bytes:
    """The key identifier of a DSC (hcert specification 1.0.8)."""
    return hashlib.sha256(der).digest()[:KID_BYTES]
