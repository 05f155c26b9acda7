"""The ways in which a name is written down: some that a matcher must see through, some that are errors."""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa

from signer.synthetic.draws import Flags, Ints

__all__ = ["PartTable", "Writing", "folded", "write"]


class Writing(enum.IntEnum):
    """How a part of a name is written; from BARE on it is another name."""

    PLAIN = 0
    UPPER_CASE = 1
    LOWER_CASE = 2
    DECOMPOSED = 3
    OTHER_TONE_PLACE = 4
    ICELANDIC_D = 5
    AFRICAN_D = 6
    PLAIN_D = 7
    SPACING = 8
    BARE = 9
    TONE_CONFUSED = 10
    TELEX = 11
    LETTER_LOST = 12


# Two customs of placing the tone over oa, oe, uy at the end of a syllable: Hòa and Hoà are one name.
TONE_PLACES = {
    old: new
    for olds, news in (("òa óa ỏa õa ọa", "oà oá oả oã oạ"), ("òe óe ỏe õe ọe", "oè oé oẻ oẽ oẹ"),
                       ("ùy úy ủy ũy ụy", "uỳ uý uỷ uỹ uỵ"))
    for old, new in zip(olds.split(), news.split(), strict=True)
}  # fmt: skip
HOOK, TILDE = "\u0309", "\u0303"
TONES = {"\u0300": "f", "\u0301": "s", HOOK: "r", TILDE: "x", "\u0323": "j"}
"""Tones and the letters for them in Telex, the usual way of typing; the letters remain where it was off."""
TELEX = {"Đ": "Dd", "đ": "dd", "\u0306": "w", "\u031b": "w"}
CIRCUMFLEX = "\u0302"
# Letters that look the same as Đ U+0110 and đ U+0111.
ICELANDIC = str.maketrans({"Đ": "\u00d0", "đ": "\u00f0"})
AFRICAN = str.maketrans({"Đ": "\u0189", "đ": "\u0256"})
STROKED = str.maketrans({"Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "Ɖ": "D", "ɖ": "d"})


def _other_tone_place(part: str) -> str:
    return " ".join(word[:-2] + TONE_PLACES.get(word[-2:], word[-2:]) for word in part.split(" "))


def _bare(part: str) -> str:
    marks_off = "".join(c for c in unicodedata.normalize("NFD", part) if not unicodedata.combining(c))
    return marks_off.translate(STROKED)


def _tone_confused(part: str) -> str:
    swapped = unicodedata.normalize("NFD", part).translate({ord(HOOK): TILDE, ord(TILDE): HOOK})
    return unicodedata.normalize("NFC", swapped)


def _telex_word(word: str) -> str:
    typed, tone, last = "", "", ""
    for character in unicodedata.normalize("NFD", word):
        tone += TONES.get(character, "")
        if character not in TONES:
            typed += last.lower() if character == CIRCUMFLEX else TELEX.get(character, character)
        last = last if unicodedata.combining(character) else character
    return typed + tone


def _telex(part: str) -> str:
    return " ".join(_telex_word(word) for word in part.split(" "))


def _letter_lost(part: str) -> str:
    return part[:-1] if len(part.rsplit(" ", maxsplit=1)[-1]) > 1 else part


_WRITERS: dict[Writing, Callable[[str], str]] = {
    Writing.PLAIN: lambda part: part,
    Writing.UPPER_CASE: str.upper,
    Writing.LOWER_CASE: str.lower,
    Writing.DECOMPOSED: lambda part: unicodedata.normalize("NFD", part),
    Writing.OTHER_TONE_PLACE: _other_tone_place,
    Writing.ICELANDIC_D: lambda part: part.translate(ICELANDIC),
    Writing.AFRICAN_D: lambda part: part.translate(AFRICAN),
    Writing.PLAIN_D: lambda part: part.translate(STROKED),
    Writing.SPACING: lambda part: part.replace(" ", "  ") + " " if part else part,
    Writing.BARE: _bare,
    Writing.TONE_CONFUSED: _tone_confused,
    Writing.TELEX: _telex,
    Writing.LETTER_LOST: _letter_lost,
}


def write(part: str, writing: Writing) -> str:
    """A part of a name (NFC) in the given writing."""
    return _WRITERS[writing](part)


def folded(name: str) -> str:
    """A name without case, normal form, place of the tone, blanks and the stroke of Đ.

    Two writings of one name come out the same; a matcher that sees through less refuses right shots.
    """
    words = []
    for word in unicodedata.normalize("NFD", name.casefold().translate(STROKED)).split():
        tones = "".join(sorted(character for character in word if character in TONES))
        words.append("".join(character for character in word if character not in TONES) + tones)
    return "".join(words)


class PartTable:
    """Parts of names in every writing; `trailing` is put behind each part that is not empty."""

    def __init__(self, parts: Sequence[str], trailing: str = "") -> None:
        normal = [unicodedata.normalize("NFC", part) for part in parts]
        self.n_parts = len(normal)
        written = [[write(part, writing) for part in normal] for writing in Writing]
        self._texts: pa.StringArray = pa.array(
            [text + (trailing if text else "") for texts in written for text in texts], pa.string()
        )
        self._shows: Flags = np.array(
            [[text != part for text, part in zip(texts, normal, strict=True)] for texts in written], np.bool_
        )
        keys = [folded(part) for part in normal]
        self._differs: Flags = np.array(
            [[folded(text) != key for text, key in zip(texts, keys, strict=True)] for texts in written],
            np.bool_,
        )

    def texts(self, parts: Ints, writings: Ints) -> pa.StringArray:
        """The texts of part numbers in given writings."""
        return self._texts.take(pa.array(writings * self.n_parts + parts))

    def shows(self, parts: Ints, writings: Ints) -> Flags:
        """Where a text differs from the plain one."""
        flags: Flags = self._shows[writings, parts]
        return flags

    def differs(self, parts: Ints, writings: Ints) -> Flags:
        """Where it is another name, however one compares."""
        flags: Flags = self._differs[writings, parts]
        return flags
