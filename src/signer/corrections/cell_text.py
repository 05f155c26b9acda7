"""Values as they stand in the cells of a correction file."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["shown"]

UNSHOWABLE = "\ufffd"
CONTROLS = r"[\x00-\x1f\x7f-\x{9f}\x{2028}\x{2029}\x{fffe}\x{ffff}]"  # none in XML, or breaks of lines


def shown(column: pa.Array) -> pa.Array:
    """Each value as one line of text: null as nothing, bytes that are no text and control characters as
    U+FFFD, days as YYYY-MM-DD."""
    texts = pc.fill_null(_text(column), "")
    return pc.replace_substring_regex(texts, CONTROLS, UNSHOWABLE)


def _text(column: pa.Array) -> pa.Array:
    if not pa.types.is_string(column.type):
        return column.cast(pa.string())
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        raw = column.cast(pa.binary()).to_pylist()
        return pa.array([None if value is None else value.decode("utf-8", "replace") for value in raw])
    return column
