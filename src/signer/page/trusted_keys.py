"""The keys of a trust snapshot in the form that a browser takes: bare public keys, no certificates."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

__all__ = ["TrustedKey", "TrustedKeys"]


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A key and what it may sign: `kinds` out of v, t and r, from `not_before` to `not_after`.

    `algorithm` is ES256 or PS256; it and `key` are None for a key that certificates do not use.
    """

    kid: bytes
    country: str | None
    algorithm: str | None
    key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey | None
    not_before: datetime
    not_after: datetime
    kinds: frozenset[str]

    def as_json(self) -> dict[str, Any]:
        """For the page: kid and SubjectPublicKeyInfo (RFC 5280) in base64, times in seconds since 1970."""
        spki = self.key and self.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return {
            "kid": base64.b64encode(self.kid).decode(),
            "country": self.country,
            "algorithm": self.algorithm,
            "bits": self.key and self.key.key_size,
            "spki": spki and base64.b64encode(spki).decode(),
            "not_before": int(self.not_before.timestamp()),
            "not_after": int(self.not_after.timestamp()),
            "kinds": "".join(sorted(self.kinds)),
        }


@dataclass(frozen=True, slots=True)
class TrustedKeys:
    """What a page trusts: keys, when they were put together, and the SHA-256 (hex) of their file."""

    keys: tuple[TrustedKey, ...]
    made_at: datetime
    sha256: str

    def as_json(self) -> dict[str, Any]:
        return {
            "made_at": self.made_at.isoformat(timespec="seconds"),
            "sha256": self.sha256,
            "keys": [key.as_json() for key in self.keys],
        }
