"""Names of folders and files for places, whatever stands in their texts."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

__all__ = ["place_names"]

MOST_BYTES = 120  # with digest, ending, .p7s and a temporary mark below the 255 that file systems take
N_HASH_DIGITS = 12
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|readme)", re.IGNORECASE)
"""Devices of Windows, which nothing there can be called, and the one file that is ours."""


def place_names(texts: Iterable[str], if_empty: str) -> dict[str, str]:
    """A name for each of the different texts that no file system takes for that of another.

    Letters, digits, hyphens, underscores, single blanks, and full stops before a blank stay. In other texts
    each other character becomes an underscore, and `~` with the beginning of the text's SHA-256 is appended:
    also where two texts differ in case or normal form alone. `if_empty` begins with an underscore.
    """
    different = dict.fromkeys(texts)
    alike = Counter(map(_fold, different))
    return {
        text: (text if _is_plain(text) and alike[_fold(text)] == 1 else f"{_safe(text)}~{_digest(text)}")
        if text
        else if_empty
        for text in different
    }


def _is_plain(text: str) -> bool:
    words = text.replace(". ", " ")  # as in TP. Hồ Chí Minh
    return (
        len(text.encode("utf-8", "surrogatepass")) <= MOST_BYTES
        and all(map(_is_safe, words))
        and unicodedata.category(words[0])[0] in "LN"
        and not words.endswith(" ")
        and "  " not in words
        and not RESERVED.fullmatch(text)
    )


def _is_safe(character: str) -> bool:
    return character in "-_ " or unicodedata.category(character)[0] in "LMN"


def _fold(text: str) -> str:
    """What file systems that do not tell cases or normal forms apart may make of a name."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _safe(text: str) -> str:
    safe = "".join(character if _is_safe(character) else "_" for character in text)
    return safe.encode("utf-8")[:MOST_BYTES].decode("utf-8", "ignore").strip(" -") or "unnamed"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:N_HASH_DIGITS]
