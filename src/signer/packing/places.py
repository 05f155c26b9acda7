"""What a place is called when places are compared: the same for every way to write one name in Unicode."""

from __future__ import annotations

import unicodedata

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["place_key", "place_keys"]


def place_key(text: str) -> str:
    """The text in NFC without blanks around it: `Hà Nội` however its marks are written."""
    return unicodedata.normalize("NFC", text).strip()


def place_keys(column: pa.StringArray) -> pa.StringArray:
    """The same of a whole column, null as the empty text."""
    encoded = pc.fill_null(column, "").dictionary_encode()
    keys = pa.array([place_key(text) for text in encoded.dictionary.to_pylist()], pa.string())
    return keys.take(encoded.indices)
