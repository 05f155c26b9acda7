"""The exact lists, revoked.csv and restored.csv: a row a hash, of all three types, and last their number.

They differ in their headings, so that nothing that was restored is taken for revoked. All rows of a type are
of one length.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from signer.revoking.hashes import Hashes, HashType, base64_texts

__all__ = ["RESTORED_HEADER", "REVOKED_HEADER", "Kids", "last_row", "plain_rows"]

REVOKED_HEADER = b"kid,hash_type,hash\n"
RESTORED_HEADER = b"kid,hash_type,restored_hash\n"
ROWS_AT_A_TIME = 100_000
KID_BYTES, PADDED_BYTES, KID_CHARACTERS = 8, 9, 12  # the last character of a kid in base64 is "="

Kids = npt.NDArray[np.uint8]
"""One a row: shape (n, 8)."""


def last_row(n_rows: int) -> bytes:
    """Tells how many rows stand above it, so that a list which was cut anywhere is noticed."""
    return b",ENTRIES,%d\n" % n_rows


def plain_rows(hash_type: HashType, hashes: Hashes, kids: Kids | None = None) -> Iterator[bytes]:
    """The rows of one type in the order of their text, many at a time; `kids` are those of SIGNATURE."""
    texts = _octets(base64_texts(hashes))
    shown = np.empty((len(texts), 0), np.uint8) if kids is None else _shown(kids)
    order = _order(texts)
    before = np.frombuffer(f",{hash_type},".encode("ascii"), np.uint8)
    line_feed = np.frombuffer(b"\n", np.uint8)
    for begin in range(0, len(order), ROWS_AT_A_TIME):
        rows = order[begin : begin + ROWS_AT_A_TIME]
        same = [np.broadcast_to(each, (len(rows), len(each))) for each in (before, line_feed)]
        yield np.hstack([shown[rows], same[0], texts[rows], same[1]]).tobytes()


def _octets(texts: npt.NDArray[np.bytes_]) -> npt.NDArray[np.uint8]:
    """The characters of texts of one length, a row each."""
    return texts.view(np.uint8).reshape(len(texts), texts.dtype.itemsize)


def _order(texts: npt.NDArray[np.uint8]) -> npt.NDArray[np.intp]:
    """The rows in the order of their texts, which are compared eight characters at a time."""
    words = np.ascontiguousarray(texts).view(">u8").astype(np.uint64)
    return np.lexsort([words[:, place] for place in range(words.shape[1] - 1, -1, -1)])


def _shown(kids: Kids) -> npt.NDArray[np.uint8]:
    padded = np.zeros((len(kids), PADDED_BYTES), np.uint8)
    padded[:, :KID_BYTES] = kids
    text = (
        np.frombuffer(base64.b64encode(padded.tobytes()), np.uint8).reshape(len(kids), KID_CHARACTERS).copy()
    )
    text[:, -1:] = ord("=")
    return text
