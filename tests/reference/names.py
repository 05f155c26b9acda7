"""Names by `unicodedata` and the table of ICAO 9303: the reference that the C kernel is held against."""

from __future__ import annotations

import re
import unicodedata

ICAO = {
    "Ä": "AE", "Å": "AA", "Æ": "AE", "Ð": "D", "Ö": "OE", "Ø": "OE", "Ü": "UE", "Þ": "TH", "ß": "SS",
    "ẞ": "SS", "Đ": "D", "Ɖ": "D", "Ħ": "H", "ı": "I", "Ĳ": "IJ", "Ŀ": "L", "Ł": "L", "Ŋ": "N", "Œ": "OE",
    "Ŧ": "T", "ĸ": "Q",
}  # fmt: skip


def reference_letters(part: str) -> str:
    """ICAO letters of a text of ASCII, Vietnamese and ICAO letters, by `unicodedata`."""
    text = unicodedata.normalize("NFC", part)
    mapped = (ICAO.get(c) or ICAO.get(c.upper()) or unicodedata.normalize("NFD", c.upper()) for c in text)
    kept = re.sub(r"[^A-Z<]", "", re.sub(r"[ \-\u2010\u2011]+", "<", "".join(mapped)))
    return re.sub("<+", "<", kept).lstrip("<")[:80].rstrip("<")


def reference_split(full_name: str) -> tuple[str, str, str, str] | str:
    """What a name of right characters must become: four fields, or the status of its refusal."""
    words = unicodedata.normalize("NFC", re.sub("[,\u00a0]", " ", full_name)).split(" ")
    words = [word for word in words if word]
    if not words:
        return "name_empty"
    family, given_names = words[0], " ".join(words[1:])
    if max(len(family), len(given_names)) > 80:
        return "name_too_long"
    fields = family, given_names, reference_letters(family), reference_letters(given_names)
    return "name_nothing_left" if not fields[2] or bool(fields[1]) > bool(fields[3]) else fields
