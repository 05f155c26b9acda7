"""Text in tables that people open in spreadsheets: nothing that somebody typed must be calculated there."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["BYTE_ORDER_MARK", "guarded", "guarded_text", "unguarded_text"]

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for the code page of the machine
FORMULA = r"^[ ']*[=+\-@\t\r＝＋－＠]"  # what a spreadsheet may calculate instead of showing
STARTS_FORMULA = re.compile(FORMULA)


def guarded(texts: pa.Array) -> pa.Array:
    """The texts, an apostrophe before each that starts a formula; null stays null."""
    return pc.if_else(
        pc.match_substring_regex(texts, FORMULA), pc.binary_join_element_wise("'", texts, ""), texts
    )


def guarded_text(text: str) -> str:
    """The same for one text."""
    return f"'{text}" if STARTS_FORMULA.match(text) else text


def unguarded_text(text: str) -> str:
    """The text before it was guarded: each is the other's inverse."""
    return text[1:] if text.startswith("'") and STARTS_FORMULA.match(text[1:]) else text
