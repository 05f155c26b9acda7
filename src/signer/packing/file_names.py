"""Names of folders and files made of texts that anything may stand in (docs/packing.md has the rules)."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

__all__ = ["folder_names", "picture_stem"]

MOST_CHARACTERS = 60  # at most four bytes each, below the 255 that file systems take
N_HASH_DIGITS = 12
UVCI_AS_ISSUED = re.compile(r"URN:UVCI:[0-9A-Z:]{1,71}")
NOT_ASCII_WORD = re.compile(r"[^0-9A-Za-z_-]")
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
"""Devices of Windows, which no folder there can be called."""


def folder_names(texts: Iterable[str]) -> dict[str, str]:
    """A name for each of the different texts, in NFC, that no file system takes for that of another.

    A text of letters, digits, hyphens, underscores, single blanks and full stops before a blank is its own
    name. In others each other character becomes an underscore, and `~` with the beginning of the text's
    SHA-256 is appended: also where two names differ but for the case of their letters.
    """
    different = dict.fromkeys(texts)
    alike = Counter(map(_fold, different))
    return {
        text: text if _is_plain(text) and alike[_fold(text)] == 1 else f"{_safe(text)}~{_digest(text)}"
        for text in different
    }


def picture_stem(uvci: str) -> str:
    """The file name of a certificate's picture without its ending, in ASCII.

    That is the uvci with hyphens for its colons. A uvci that is not in the form in which they are issued, or
    has a check character, gets underscores, `~` and the beginning of its SHA-256 as a folder does.
    """
    stem = uvci.replace(":", "-")
    if UVCI_AS_ISSUED.fullmatch(uvci):
        return stem
    return f"{NOT_ASCII_WORD.sub('_', stem[:MOST_CHARACTERS])}~{_digest(uvci)}"


def _is_plain(text: str) -> bool:
    words = text.replace(". ", " ")  # as in TP. Hồ Chí Minh
    return (
        0 < len(text) <= MOST_CHARACTERS
        and all(map(_is_safe, words))
        and _is_letter_or_digit(words[0])
        and not words.endswith(" ")
        and "  " not in words
        and not RESERVED.fullmatch(text)
    )


def _is_letter_or_digit(character: str) -> bool:
    return unicodedata.category(character)[0] in "LN"


def _is_safe(character: str) -> bool:
    return character in "-_ " or unicodedata.category(character)[0] in "LMN"


def _fold(text: str) -> str:
    """What file systems that do not tell cases apart may make of a name."""
    return unicodedata.normalize("NFKC", text.casefold()).casefold()


def _safe(text: str) -> str:
    safe = "".join(character if _is_safe(character) else "_" for character in text[:MOST_CHARACTERS])
    return safe.strip(" -") or "unnamed"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:N_HASH_DIGITS]
