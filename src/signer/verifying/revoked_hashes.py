"""The hashes by which certificates are revoked: of one certificate, and many of them as a set to look in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

__all__ = ["HASH_BYTES", "HASH_TYPES", "HashSet", "Hashes", "HashesByType", "hashes_of", "packed", "words"]

HASH_BYTES: Final = 16
HASH_TYPES: Final = ("COUNTRYCODEUCI", "SIGNATURE", "UCI")
"""The EU gateway's kinds: of issuer and certificate identifier, of the signature, of the identifier."""

Hashes = npt.NDArray[np.bytes_]
"""Hashes of 16 bytes each, as numpy's S16: equal and in order as bytes are, zeros at the end included."""

HashesByType = Mapping[str, Hashes]
"""Hashes by each of HASH_TYPES: of one certificate, or a row each of many."""

BUCKETS_A_HASH: Final = 32


def hashes_of(issuer: str, dcc: Mapping[str, Any], signature: bytes, algorithm: str) -> HashesByType:
    """The hashes of a certificate whose structure has been checked; of several entries each counts.

    The signature of ES256 is hashed by its r alone, as anybody can make another s to it (EU gateway,
    revocation lists); that of PS256 is hashed whole.
    """
    identifiers = [entry["ci"] for kind in "vtr" for entry in dcc.get(kind) or ()]
    signed = signature[:32] if algorithm == "ES256" else signature
    return {
        "COUNTRYCODEUCI": packed([_hash((issuer + identifier).encode()) for identifier in identifiers]),
        "SIGNATURE": packed([_hash(signed)]),
        "UCI": packed([_hash(identifier.encode()) for identifier in identifiers]),
    }


def _hash(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()[:HASH_BYTES]


def packed(hashes: list[bytes]) -> Hashes:
    """Hashes of 16 bytes as an array."""
    return np.frombuffer(b"".join(hashes), f"S{HASH_BYTES}")


def words(hashes: Hashes) -> npt.NDArray[np.uint64]:
    """Each hash as two big-endian numbers of 64 bits, shape (n, 2)."""
    return np.ascontiguousarray(hashes).view(">u8").reshape(-1, 2).astype(np.uint64)


@dataclass(frozen=True, slots=True)
class HashSet:
    """Hashes to look in: ascending, each once, and a bit map of the 2^`n_bits` buckets, by first bits, that
    hold any.

    The bit map keeps most that is looked for from the slow search: nearly nothing of it is revoked.
    """

    hashes: Hashes
    octets: npt.NDArray[np.uint8]
    n_bits: int

    @classmethod
    def of(cls, hashes: Hashes) -> Self:
        """Those hashes, in any order."""
        ascending = _each_once(np.sort(hashes))
        n_bits = max(3, (BUCKETS_A_HASH * len(ascending)).bit_length())
        octet, bit = _bucket(_each_once(words(ascending)[:, 0] >> np.uint64(64 - n_bits)))
        octets = np.zeros(1 << (n_bits - 3), np.uint8)
        np.add.at(octets, octet, np.uint8(1) << bit)
        return cls(ascending, octets, n_bits)

    def __len__(self) -> int:
        return len(self.hashes)

    def has(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """Which of them are in the set."""
        octet, bit = _bucket(words(hashes)[:, 0] >> np.uint64(64 - self.n_bits))
        found = (self.octets[octet] >> bit & 1).astype(np.bool_)
        likely = np.flatnonzero(found)
        place = np.searchsorted(self.hashes, hashes[likely]).clip(max=len(self) - 1)
        found[likely] = self.hashes[place] == hashes[likely]
        return found


def _each_once(ascending: npt.NDArray[Any]) -> npt.NDArray[Any]:
    is_first: npt.NDArray[np.bool_] = np.append(True, ascending[1:] != ascending[:-1])
    return np.compress(is_first[: len(ascending)], ascending)


def _bucket(numbers: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint8]]:
    """Where the bits of buckets stand: in which octets, and how far up."""
    return numbers >> np.uint64(3), (numbers & np.uint64(7)).astype(np.uint8)
