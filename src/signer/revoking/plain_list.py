"""The exact list, revoked.csv: a row a hash, of all three types."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence

import numpy as np

from signer.revoking.hashes import Hashes, HashType, base64_texts

__all__ = ["HEADER", "plain_rows"]

HEADER = "kid,hash_type,hash\n"
ROWS_AT_A_TIME = 100_000


def plain_rows(hash_type: HashType, hashes: Hashes, kids: Sequence[bytes] | None = None) -> Iterator[str]:
    """The rows of one type in the order of their text, many at a time; `kids` are those of SIGNATURE."""
    texts = base64_texts(hashes)
    order = np.argsort(texts, kind="stable")
    known = {kid: base64.b64encode(kid).decode("ascii") for kid in set(kids or ())}
    for begin in range(0, len(order), ROWS_AT_A_TIME):
        rows = order[begin : begin + ROWS_AT_A_TIME].tolist()
        shown = [""] * len(rows) if kids is None else [known[kids[row]] for row in rows]
        found = (texts[row].decode("ascii") for row in rows)
        yield "".join(f"{kid},{hash_type},{text}\n" for kid, text in zip(shown, found, strict=True))
