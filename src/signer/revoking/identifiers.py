"""Which texts can be identifiers at all, so that a slip is told and not merely found nowhere."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["fault_of", "person_id_of"]

MOST_CHARACTERS = 80
PERSON_ID = re.compile(r"[0-9]{9}|[0-9]{12}|(?=.*[A-Z])[0-9A-Z]{6,20}", re.ASCII)  # as native/shots/checks.c


def fault_of(kind: str, text: str) -> str | None:
    """What is wrong with a value, without saying it; None where nothing is."""
    if not text:
        return "is empty"
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        return "holds a control character, or bytes that are not UTF-8"
    if kind == "uvci" and not (text.startswith("URN:UVCI:") and len(text) <= MOST_CHARACTERS):
        return "is no uvci: that begins with URN:UVCI: and has at most 80 characters"
    if kind == "person_id" and not PERSON_ID.fullmatch(text):
        return "is neither 9 or 12 digits nor a passport number"
    return None


def person_id_of(text: str) -> str:
    """A person_id as records have it: without blanks around it, in capitals."""
    return text.strip().upper()
