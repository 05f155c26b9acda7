"""Which texts can be identifiers at all, so that a slip is told and not merely found nowhere."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["fault_of", "id_of"]

MOST_CHARACTERS = 80
PERSON_ID = re.compile(r"[0-9]{9}|[0-9]{12}|(?=.*[A-Z])[0-9A-Z]{6,20}", re.ASCII)  # as native/shots/checks.c


def fault_of(kind: str, text: str) -> str | None:
    """What is wrong with a value, without saying it; None where nothing is."""
    if not text.strip():
        return "is empty"
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        return "holds a control character, or bytes that are not UTF-8"
    if kind == "uvci" and not (text.startswith("URN:UVCI:") and len(text) <= MOST_CHARACTERS):
        return "is no uvci: that begins with URN:UVCI: and has at most 80 characters"
    if kind == "person_id" and not PERSON_ID.fullmatch(text):
        return "is neither 9 or 12 digits nor a passport number"
    return None


def id_of(kind: str, text: str) -> str:
    """An identifier as records have it. A shot_id is what it is: issuing takes blanks around it for a part.

    No uvci and no person_id has any, so none around them can name another one; passports are in capitals.
    """
    if kind == "shot_id":
        return text
    return text.strip().upper() if kind == "person_id" else text.strip()
