"""A key that is trusted to sign certificates: whose it is, from when to when, for which kinds of entries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from signer.cms import country_of, purposes_of
from signer.verifying.signature import SignatureKey, algorithm_of

__all__ = ["Dsc", "kinds_of_usages", "usable"]

_KIND_OF_USAGE: Final = {
    f"1.3.6.1.4.1.{arc}2021.1.{number}": kind
    for arc in ("1847.", "0.1847.")  # the second is a mistake that is in the field and accepted
    for number, kind in ((1, "t"), (2, "v"), (3, "r"))
}
_ALL_KINDS: Final = frozenset("vtr")


@dataclass(frozen=True, slots=True)
class Dsc:
    """A document signer certificate, or its bare key: `kid` of 8 bytes where it comes from a certificate.

    `kinds` are those of entries that it may sign, out of v, t and r. `algorithm` and `key` are None for a key
    that certificates do not use.
    """

    kid: bytes
    key: SignatureKey | None
    algorithm: str | None
    country: str | None
    not_before: datetime
    not_after: datetime
    kinds: frozenset[str]

    @classmethod
    def from_certificate(cls, certificate: x509.Certificate) -> Dsc:
        """Reads an X.509 certificate; raises ValueError where its names or extensions are malformed."""
        algorithm, key = _algorithm_and_key(certificate)
        return cls(
            kid=hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()[:8],
            key=key,
            algorithm=algorithm,
            country=country_of(certificate),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            kinds=kinds_of_usages(purposes_of(certificate)),
        )


def kinds_of_usages(usages: Iterable[str]) -> frozenset[str]:
    """The kinds of entries that the purposes of a key (dotted numbers) allow; no purpose at all allows all.

    Purposes that are none of certificates allow no kind (RFC 5280, section 4.2.1.12).
    """
    named = frozenset(usages)
    if not named or ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE.dotted_string in named:
        return _ALL_KINDS
    return frozenset(_KIND_OF_USAGE[usage] for usage in named & _KIND_OF_USAGE.keys())


def usable(key: object) -> tuple[str | None, SignatureKey | None]:
    """The algorithm that a key means and the key itself, or None twice where certificates do not use it."""
    algorithm = algorithm_of(key)
    return (algorithm, key) if algorithm and isinstance(key, SignatureKey) else (None, None)


def _algorithm_and_key(certificate: x509.Certificate) -> tuple[str | None, SignatureKey | None]:
    try:
        return usable(certificate.public_key())
    except UnsupportedAlgorithm:
        return None, None
