"""Values as they stand in the cells of a correction file, and cells as they are read back."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["comparable", "guarded", "shown", "unguarded"]

UNSHOWABLE = "\ufffd"
CONTROLS = r"[\x00-\x1f\x7f-\x{9f}\x{2028}\x{2029}\x{fffe}\x{ffff}]"  # none in XML, or breaks of lines
FORMULA = r"^[ ']*[=+\-@＝＋－＠]"  # what a spreadsheet may calculate instead of showing
STARTS_FORMULA = re.compile(FORMULA)


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


def comparable(texts: pa.Array) -> pa.Array:
    """Texts that are equal where two cells say the same: in NFC, without blanks around them."""
    return pc.utf8_trim_whitespace(pc.utf8_normalize(texts, "NFC"))


def guarded(texts: pa.Array) -> pa.Array:
    """An apostrophe before what starts a formula, so that no spreadsheet calculates what somebody typed."""
    return pc.if_else(
        pc.match_substring_regex(texts, FORMULA), pc.binary_join_element_wise("'", texts, ""), texts
    )


def unguarded(text: str) -> str:
    """The text of a cell without the apostrophe that `guarded` put there: each is the other's inverse."""
    return text[1:] if text.startswith("'") and STARTS_FORMULA.match(text[1:]) else text
