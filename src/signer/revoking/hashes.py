"""The hashes by which a revoked certificate is named: the EU gateway's, 16 bytes of SHA-256 each.

Those of signatures stand in the registry, made with them (native/issue/seal.c).
"""

from __future__ import annotations

import base64
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
]

HashType = Literal["COUNTRYCODEUCI", "SIGNATURE", "UCI"]
HASH_TYPES: tuple[HashType, ...] = get_args(HashType)

HASH_BYTES = 16
PADDED_BYTES, TEXT_CHARACTERS = 18, 24  # 16 bytes in base64, the last two characters of which are "=="

Hashes = npt.NDArray[np.uint8]
"""One a row: shape (n, 16)."""


def hashes_of_uvcis(uvcis: Sequence[str], country: str = "") -> Hashes:
    """Of UCI, or with the country that issued them (`iss`) of COUNTRYCODEUCI; in the order of the uvcis."""
    prefix = country.encode("utf-8")
    digests = _core.sha256_many([prefix + uvci.encode("utf-8") for uvci in uvcis])
    return hashes_of_bytes([digest[:HASH_BYTES] for digest in digests])


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
