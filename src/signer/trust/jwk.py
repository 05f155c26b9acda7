"""Public keys as JSON Web Keys (RFC 7517, RFC 7518 section 6), in the one form that a snapshot has."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from signer.trust.left_out import EntryRefused

__all__ = ["jwk_of", "octets_of", "public_key_of"]

P256_BYTES = 32
MAX_CHARACTERS = 2048  # of a number in base64: over 12,000 bits, more than any key has
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


def public_key_of(jwk: Mapping[str, Any]) -> PublicKey:
    """The key of a JWK on P-256 or RSA; raises EntryRefused for another kind and for what is no key.

    Zeros before a number do no harm: coordinates of 33 octets with a leading 00 are in the field (WHO).
    """
    kind, curve = jwk.get("kty"), jwk.get("crv")
    try:
        if (kind, curve) == ("EC", "P-256"):
            point = ec.EllipticCurvePublicNumbers(_number(jwk, "x"), _number(jwk, "y"), ec.SECP256R1())
            return point.public_key()
        if kind == "RSA":
            return rsa.RSAPublicNumbers(_number(jwk, "e"), _number(jwk, "n")).public_key()
    except (ValueError, OverflowError) as error:
        raise EntryRefused("its publicKeyJwk is no key", "ask the publisher for it anew") from error
    named = " ".join(filter(None, map(_shown, (kind, curve))))
    raise EntryRefused(
        f"its key is of a kind that certificates do not use ({named})",
        "nothing to do, unless its country signs certificates with it",
    )


def jwk_of(key: object) -> dict[str, str]:
    """A key without name and use: coordinates of 32 octets, RSA numbers as short as can be.

    Raises ValueError for a key that is neither on P-256 nor RSA.
    """
    if isinstance(key, rsa.RSAPublicKey):
        rsa_numbers = key.public_numbers()
        return {"kty": "RSA", "n": _text(rsa_numbers.n), "e": _text(rsa_numbers.e)}
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("a key of another kind")
    numbers = key.public_numbers()
    x, y = (_base64url(number.to_bytes(P256_BYTES, "big")) for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def octets_of(text: str) -> bytes:
    """Octets in base64 or base64url, padded or not. Raises ValueError for other text."""
    plain = text.translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error


def _number(jwk: Mapping[str, Any], name: str) -> int:
    value = jwk.get(name)
    if not isinstance(value, str) or len(value) > MAX_CHARACTERS:
        raise ValueError(f"{name} is missing or endless")
    return int.from_bytes(octets_of(value), "big")


def _text(number: int) -> str:
    return _base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def _shown(value: object) -> str:
    """A name out of a stranger's file: short, and nothing that moves a cursor."""
    return value if isinstance(value, str) and re.fullmatch(r"[\w.-]{1,20}", value, re.ASCII) else ""
