"""Signatures: which algorithm a key means, and whether one fits."""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256

__all__ = [
    "ALGORITHM_NAMES",
    "MAX_RSA_BITS",
    "MIN_RSA_BITS",
    "SOUND_RSA_BITS",
    "SignatureKey",
    "algorithm_of",
    "fits",
]

SignatureKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey

ALGORITHM_NAMES: Final = {-7: "ES256", -37: "PS256"}
"""COSE algorithm numbers (RFC 9053, section 2.1; RFC 8230, section 2) that certificates use."""

MIN_RSA_BITS: Final = 1024
SOUND_RSA_BITS: Final = 2048
"""Three issuers in the field sign with 1024 bits: those are accepted, and marked."""
MAX_RSA_BITS: Final = 4096
"""A larger key would make QR codes that few printers can draw, and takes long to check."""

_SCALAR_BYTES: Final = 32


def algorithm_of(key: object) -> str | None:
    """The algorithm that a public key means: ES256, PS256, or None for keys that certificates do not use."""
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return "ES256"
    if isinstance(key, rsa.RSAPublicKey) and MIN_RSA_BITS <= key.key_size <= MAX_RSA_BITS:
        return "PS256"
    return None


def fits(key: SignatureKey, signature: bytes, message: bytes) -> bool:
    """Whether `signature` over `message` was made with the private half of `key`.

    ES256: r and s of 32 bytes each, no DER (RFC 9053, section 2.1). PS256: MGF1-SHA-256, salt 32 (RFC 8230).
    """
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(_to_der(signature), message, ec.ECDSA(SHA256()))
        else:
            pss = padding.PSS(padding.MGF1(SHA256()), salt_length=SHA256.digest_size)
            key.verify(signature, message, pss, SHA256())
    except InvalidSignature:
        return False
    return True


def _to_der(signature: bytes) -> bytes:
    if len(signature) != 2 * _SCALAR_BYTES:
        raise InvalidSignature
    r = int.from_bytes(signature[:_SCALAR_BYTES])
    s = int.from_bytes(signature[_SCALAR_BYTES:])
    return utils.encode_dss_signature(r, s)
