"""Batches for the EU gateway: at most 1,000 hashes of one type and one kid, in JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from signer.revoking.hashes import Hashes, HashType, base64_texts

__all__ = ["MOST_ENTRIES", "UNKNOWN_KID", "Batch", "batch_text", "cut_batches"]

MOST_ENTRIES = 1000
UNKNOWN_KID = "UNKNOWN_KID"
"""In the place of a kid where a hash does not belong to one: a uvci may be signed by several."""


@dataclass(frozen=True)
class Batch:
    """`kid` is None for UNKNOWN_KID; `expires_us`, microseconds since 1970, is the last exp in it.

    `number` counts the batches of a hash type and kid from 0.
    """

    hash_type: HashType
    kid: bytes | None
    number: int
    expires_us: int
    hashes: Hashes

    @property
    def name(self) -> str:
        """Of its file, without an ending."""
        kid = "" if self.kid is None else f"-{self.kid.hex()}"
        return f"{self.hash_type.lower()}{kid}-{self.number:05d}"


def cut_batches(
    hash_type: HashType, kid: bytes | None, hashes: Hashes, exp_us: npt.NDArray[np.int64]
) -> Iterator[Batch]:
    """The hashes in batches, soonest exp first, so that a batch goes as soon as it can."""
    order = np.lexsort((base64_texts(hashes), exp_us))
    for number, begin in enumerate(range(0, len(order), MOST_ENTRIES)):
        rows = order[begin : begin + MOST_ENTRIES]
        yield Batch(hash_type, kid, number, int(exp_us[rows].max()), hashes[rows])


def batch_text(batch: Batch, country: str) -> str:
    """The batch as the gateway's JSON (eu-digital-green-certificates, dgc-gateway: revocation lists)."""
    expires = np.datetime_as_string(np.datetime64(batch.expires_us, "us"), unit="s")
    return json.dumps(
        {
            "country": country,
            "expires": f"{expires}Z",
            "kid": UNKNOWN_KID if batch.kid is None else base64.b64encode(batch.kid).decode("ascii"),
            "hashType": batch.hash_type,
            "entries": [{"hash": text.decode("ascii")} for text in base64_texts(batch.hashes).tolist()],
        }
    )
