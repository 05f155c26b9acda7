"""When two writings are one name, by `unicodedata` alone: the reference for keys of names."""

from __future__ import annotations

import itertools
import re
import unicodedata

TONES = "\u0300\u0301\u0303\u0309\u0323"
VOWELS = set("aeiouy")
LOOK_LIKE_D = {"Đ", "đ", "Ð", "ð", "Ɖ", "ɖ"}
BREAKS = " ,\u00a0-\u2010\u2011'.\u02bc\u2018\u2019"

Letter = tuple[str, frozenset[str]]
"""A small letter without marks, and its marks."""


def letter_of(base: str, marks: str) -> Letter:
    """A letter with its marks, in any order; capitals, strokes of D and dots of i are taken away."""
    if base in LOOK_LIKE_D:
        return "d", frozenset(marks)
    small = {"ı": "i"}.get(base) or next(
        (fold for fold in (base.casefold(), base.lower()) if len(fold) == 1), base
    )
    return small, frozenset(marks) - ({"\u0307"} if small == "i" else set())


def syllable_free(word: list[Letter]) -> list[object]:
    """The letters of a word, the tones of vowels put behind the last vowel that they can stand on.

    A tone can stand on any vowel of its run up to the next that has a tone of its own.
    """
    out: list[object] = []
    waiting: list[str] = []
    for small, marks in word:
        own = sorted(marks & set(TONES)) if small in VOWELS else []
        if small not in VOWELS or own:
            out += waiting
            waiting = own
        out.append((small, marks - set(own)))
    return out + waiting


def reference_key(full_name: str) -> tuple[object, ...]:
    """Equal for two names exactly where they are one name. Raises ValueError at a mark on no letter."""
    found: list[object] = []
    decomposed = unicodedata.normalize("NFD", full_name)
    for word in re.split(f"[{re.escape(BREAKS)}]", decomposed):
        letters: list[Letter] = []
        pieces = re.findall(r"([^\u0300-\u036f])([\u0300-\u036f]*)", word)
        if sum(len(base) + len(marks) for base, marks in pieces) != len(word):
            raise ValueError("a mark on no letter")
        letters = list(itertools.starmap(letter_of, pieces))
        found += syllable_free(letters)
    return tuple(found)
