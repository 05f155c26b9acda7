"""The ways in which a name is written down: four that a matcher must see through, and two that are errors."""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from signer.synthetic.draws import Flags, Ints

__all__ = ["PartTable", "Writing"]


class Writing(enum.IntEnum):
    """How a part of a name is written."""

    PLAIN = 0
    UPPER = 1
    DECOMPOSED = 2
    OTHER_TONE_PLACE = 3
    BARE = 4
    TONE_CONFUSED = 5


# Two customs of placing the tone over oa, oe, uy at the end of a syllable: Hòa and Hoà are one name.
TONE_PLACES = {
    old: new
    for olds, news in (("òa óa ỏa õa ọa", "oà oá oả oã oạ"), ("òe óe ỏe õe ọe", "oè oé oẻ oẽ oẹ"),
                       ("ùy úy ủy ũy ụy", "uỳ uý uỷ uỹ uỵ"))
    for old, new in zip(olds.split(), news.split(), strict=True)
}  # fmt: skip
HOOK, TILDE = "\u0309", "\u0303"


def _other_tone_place(part: str) -> str:
    return " ".join(word[:-2] + TONE_PLACES.get(word[-2:], word[-2:]) for word in part.split(" "))


def _bare(part: str) -> str:
    marks_off = "".join(c for c in unicodedata.normalize("NFD", part) if not unicodedata.combining(c))
    return marks_off.replace("Đ", "D").replace("đ", "d")


def _tone_confused(part: str) -> str:
    swapped = unicodedata.normalize("NFD", part).translate({ord(HOOK): TILDE, ord(TILDE): HOOK})
    return unicodedata.normalize("NFC", swapped)


def write(part: str, writing: Writing) -> str:
    """A part of a name (NFC) in the given writing."""
    if writing is Writing.UPPER:
        return part.upper()
    if writing is Writing.DECOMPOSED:
        return unicodedata.normalize("NFD", part)
    if writing is Writing.OTHER_TONE_PLACE:
        return _other_tone_place(part)
    if writing is Writing.BARE:
        return _bare(part)
    return _tone_confused(part) if writing is Writing.TONE_CONFUSED else part


class PartTable:
    """Parts of names in every writing; `trailing` is put behind each part that is not empty."""

    def __init__(self, parts: Sequence[str], trailing: str = "") -> None:
        normal = [unicodedata.normalize("NFC", part) for part in parts]
        self.n_parts = len(normal)
        self._texts: pa.StringArray = pa.array(
            [write(part, writing) + (trailing if part else "") for writing in Writing for part in normal],
            pa.string(),
        )
        self._differs: Flags = np.array(
            [[write(p, writing) != p for p in normal] for writing in Writing], np.bool_
        )

    def texts(self, parts: Ints, writings: Ints) -> pa.StringArray:
        """The texts of part numbers in given writings."""
        return self._texts.take(pa.array(writings * self.n_parts + parts))

    def differs(self, parts: Ints, writings: Ints) -> Flags:
        """Where a writing differs from the plain one."""
        flags: Flags = self._differs[writings, parts]
        return flags
