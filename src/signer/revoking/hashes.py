"""The hashes by which a revoked certificate is named: the EU gateway's, 16 bytes of SHA-256 each."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from signer import _core

__all__ = [
    "HASH_BYTES",
    "HASH_TYPES",
    "HashType",
    "Hashes",
    "base64_texts",
    "hashes_of_bytes",
    "hashes_of_uvcis",
    "signature_hash",
]

HashType = Literal["COUNTRYCODEUCI", "SIGNATURE", "UCI"]
HASH_TYPES: tuple[HashType, ...] = get_args(HashType)

HASH_BYTES = 16
R_BYTES = 32
PADDED_BYTES, TEXT_CHARACTERS = 18, 24  # 16 bytes in base64, the last two characters of which are "=="

Hashes = npt.NDArray[np.uint8]
"""One a row: shape (n, 16)."""


def hashes_of_uvcis(uvcis: Sequence[str], country: str = "") -> Hashes:
    """Of UCI, or with the country that issued them (`iss`) of COUNTRYCODEUCI; in the order of the uvcis."""
    prefix = country.encode("utf-8")
    digests = _core.sha256_many([prefix + uvci.encode("utf-8") for uvci in uvcis])
    return hashes_of_bytes([digest[:HASH_BYTES] for digest in digests])


def signature_hash(algorithm: Literal["ES256", "PS256"], signature: bytes) -> bytes:
    """Of SIGNATURE: over r alone, the first half, with ES256, and over all of it with PS256.

    `signature` is as it stands in COSE (RFC 8152, 8.1: r and s behind each other). Whoever knows r and s can
    make a second valid signature of an ES256 one, with the same r.
    """
    hashed = signature[:R_BYTES] if algorithm == "ES256" else signature
    return hashlib.sha256(hashed).digest()[:HASH_BYTES]


def hashes_of_bytes(hashes: Sequence[bytes]) -> Hashes:
    """Hashes of 16 bytes as an array."""
    return np.frombuffer(b"".join(hashes), np.uint8).reshape(len(hashes), HASH_BYTES)


def base64_texts(hashes: Hashes) -> npt.NDArray[np.bytes_]:
    """Each hash in base64, 24 characters of ASCII."""
    padded = np.zeros((len(hashes), PADDED_BYTES), np.uint8)
    padded[:, :HASH_BYTES] = hashes
    text = np.frombuffer(base64.b64encode(padded.tobytes()), np.uint8).reshape(-1, TEXT_CHARACTERS).copy()
    text[:, -2:] = ord("=")
    return text.reshape(-1).view(f"S{TEXT_CHARACTERS}")
