"""Parquet files whose footers lie about the number of rows."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["IN_COLUMN", "IN_FILE", "IN_GROUP", "write_lying"]

IN_FILE: Final = 0
IN_COLUMN: Final = 1
IN_GROUP: Final = 2
"""Where the footer of a file of one row group and one column tells the rows: the order of the three."""
TAIL_BYTES: Final = 8


def write_lying(path: Path, texts: list[str], n_rows: int, places: set[int]) -> Path:
    """A file of `texts` that tells at `places` that it has `n_rows`; `len(texts)` must be a rare number."""
    pq.write_table(pa.table({"hc1": texts}), path)
    content = path.read_bytes()
    n_bytes = struct.unpack("<I", content[-TAIL_BYTES:-4])[0]
    first, *others = content[-TAIL_BYTES - n_bytes : -TAIL_BYTES].split(_field(len(texts)))
    assert len(others) == IN_GROUP + 1
    footer = first + b"".join(
        _field(n_rows if place in places else len(texts)) + part for place, part in enumerate(others)
    )
    path.write_bytes(
        content[: -TAIL_BYTES - n_bytes] + footer + struct.pack("<I", len(footer)) + content[-4:]
    )
    return path


def _field(number: int) -> bytes:
    """A field of 64 bits behind the one before it, in Thrift's compact protocol."""
    zigzag, found = (number << 1) ^ (number >> 63), bytearray(b"\x16")
    while zigzag > 127:
        found.append(zigzag & 127 | 128)
        zigzag >>= 7
    return bytes([*found, zigzag])
