"""Whether a name in machine letters is one that ICAO Doc 9303, part 3, section 6, makes of a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

__all__ = ["FILLER", "is_transliteration"]

FILLER: Final = "<"
MAX_CHARACTERS: Final = 80

_SPECIAL: Final[Mapping[str, tuple[str, ...]]] = {
    "Ä": ("AE", "A"),
    "Ö": ("OE", "O"),
    "Ü": ("UE", "UXX", "U"),
    "Å": ("AA", "A"),
    "Ø": ("OE",),
    "Æ": ("AE",),
    "Œ": ("OE",),
    "Þ": ("TH",),
    "Ĳ": ("IJ",),
    "ẞ": ("SS",),
    "Ñ": ("N", "NXX"),
    "Đ": ("D",),  # U+0110, Vietnamese and Croatian
    "Ð": ("D",),  # U+00D0, Icelandic
    "Ɖ": ("D",),  # U+0189, African
    "Ł": ("L",),
    "Ħ": ("H",),
    "Ŧ": ("T",),
    "Ŋ": ("N",),
    "ĸ": ("K", "Q"),
    "Ə": ("E", "A"),
}
"""What no decomposition gives: letters of their own, and those with several transliterations."""
_DROPPED: Final = "'’‘ʼʹ`´"


def is_transliteration(standard: str, name: str) -> bool | None:
    """Whether `standard`, of A to Z and <, can stand for `name`; None for letters that have no table here.

    Several transliterations of a letter are all taken. A standard name cut at 80 characters fits, too.
    """
    letters = unicodedata.normalize("NFC", re.sub(r"[\s\-‐‑–<]+", " ", name.strip()).upper())
    forms = [_forms(letter) for letter in letters]
    if any(form is None for form in forms):
        return None
    target = re.sub(f"{FILLER}+", FILLER, standard).strip(FILLER)
    reached = {0}
    for form in forms:
        if len(standard) >= MAX_CHARACTERS - 1 and len(target) in reached:
            return True
        reached = {at + len(text) for at in reached for text in form or () if target.startswith(text, at)}
    return len(target) in reached


def _forms(letter: str) -> tuple[str, ...] | None:
    """What may stand for a letter of a name; None where that is unknown."""
    if letter in _DROPPED:
        return ("",)
    for form in (letter, unicodedata.normalize("NFD", letter)[0]):
        if form in _SPECIAL:
            return _SPECIAL[form]
        if "A" <= form <= "Z":
            return (form,)
    return ("", FILLER) if unicodedata.category(letter)[0] in "ZPSNM" else None
