"""The compact list for offline verifiers: a Bloom filter with a promised rate of false positives.

The positions of a hash are an arithmetic progression modulo 2^64, taken modulo the number of bits (Kirsch and
Mitzenmacher, "Less Hashing, Same Performance", 2006). Beside the usual rate, that of k bits which happen to
be set, some progressions meet few different bits. It was measured to add 0.03 / bits at most where bits are
no power of two, and ten times that where they are, so a filter has an odd number of bytes, and a least size.
"""

from __future__ import annotations

import base64
import json
import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from signer.revoking.hashes import Hashes

__all__ = ["DEFAULT_RATE", "MAX_RATE", "MIN_RATE", "FilterShape", "fill_filter", "filter_text", "shape_for"]

DEFAULT_RATE, MIN_RATE, MAX_RATE = 1e-7, 1e-12, 0.1
FORMAT, VERSION = "signer revocation filter", 1
MARGIN = 1.05
"""More bits than half full would be: the rate is less than half of what is promised then."""
ODD = np.uint64(1)


@dataclass(frozen=True)
class FilterShape:
    """`bits` is a multiple of 8; `hashes` is how many bits each entry sets."""

    bits: int
    hashes: int


def shape_for(n_entries: int, rate: float) -> FilterShape:
    """The shape with which at most a share `rate` of those not listed are found; it has 1 byte for none."""
    n_hashes = math.ceil(-math.log2(rate))
    if not n_entries:
        return FilterShape(8, n_hashes)
    bits = max(MARGIN * n_hashes * n_entries / math.log(2), 2 * math.sqrt(n_entries / rate))
    n_bytes = math.ceil(bits / 8)
    return FilterShape(8 * (n_bytes | 1), n_hashes)


def fill_filter(hashes: Hashes, shape: FilterShape) -> npt.NDArray[np.uint8]:
    """The bytes of the filter of these hashes of 16 bytes: bit j of byte p >> 3 is 1 << (p & 7)."""
    words = np.ascontiguousarray(hashes).view(">u8").astype(np.uint64)
    first, step = words[:, 0].copy(), words[:, 1] | ODD
    is_set = np.zeros(shape.bits, np.bool_)
    for _ in range(shape.hashes):
        is_set[first % np.uint64(shape.bits)] = True
        first += step  # modulo 2^64, as numpy's whole numbers are
    return np.packbits(is_set, bitorder="little")


def filter_text(hashes: Hashes, country: str, made_at: datetime, rate: float) -> str:
    """The file: one JSON object on one line, as docs/revocation.md has it. `hashes` are of COUNTRYCODEUCI."""
    shape = shape_for(len(hashes), rate)
    content = {
        "format": FORMAT,
        "version": VERSION,
        "country": country,
        "made_at": made_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "hash_type": "COUNTRYCODEUCI",
        "entries": len(hashes),
        "false_positive_rate": rate,
        "bits": shape.bits,
        "hashes": shape.hashes,
        "filter": base64.b64encode(fill_filter(hashes, shape).tobytes()).decode("ascii"),
    }
    return json.dumps(content, ensure_ascii=True, sort_keys=True) + "\n"
