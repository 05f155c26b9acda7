"""Digests of what a renewal must leave as it is, one a certificate, in a file that the workers write to."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from signer.records.canonical import canonical_json
from signer.verifying import Verified

__all__ = ["KEPT", "UNKNOWN", "ContentDigests", "content_digest"]

KEPT = (
    "shot_id", "person_key", "province", "district", "facility", "vaccine", "dose_number", "doses_in_series",
    "supersedes",
)  # fmt: skip
"""The columns that a certificate has in all its rows, beside its uvci."""

DIGEST_BYTES = 16
UNKNOWN = bytes(DIGEST_BYTES)
"""Of a certificate that does not verify, or was not looked at: it differs from none."""


def content_digest(row: Mapping[str, Any], verified: Verified) -> bytes:
    """Of the KEPT columns of a row and of all that its HC1 says but iat, exp and kid.

    Texts of the row are bytes. Raises TypeError or ValueError where the HC1 says what is not JSON.
    """
    columns = [value.hex() if isinstance(value, bytes) else value for value in map(row.get, KEPT)]
    text = canonical_json([columns, verified.issuer, verified.dcc])
    return hashlib.sha256(text.encode("ascii")).digest()[:DIGEST_BYTES]


@dataclass(frozen=True)
class ContentDigests:
    """A file with one place for each row over all files of certificates."""

    path: Path

    @classmethod
    def make(cls, path: Path, n_rows: int) -> ContentDigests:
        """All are UNKNOWN at first, and there is room for each. Raises OSError."""
        with path.open("xb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, n_rows * DIGEST_BYTES))
        return cls(path)

    def write(self, first_row: int, digests: Sequence[bytes]) -> None:
        """Puts down the digests of rows one after the other. Raises OSError."""
        with self.path.open("r+b") as file:
            file.seek(first_row * DIGEST_BYTES)
            file.write(b"".join(digests))

    def differ(self, rows: npt.NDArray[np.int64], others: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """For each pair of rows whether their digests are known and not the same."""
        halves = np.memmap(self.path, np.uint64, "r")
        found = halves[: len(halves) // 2 * 2].reshape(-1, 2)
        ours, theirs = found[rows], found[others]
        return np.asarray((ours != theirs).any(1) & ours.any(1) & theirs.any(1), bool)
