"""The typefaces of printed certificates: found, checked for every Vietnamese letter, ready to embed."""

from __future__ import annotations

import hashlib
import struct
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import font_roboto
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from signer.errors import PrintUnready

__all__ = ["VIETNAMESE_LETTERS", "Face", "Faces", "load_faces"]

_TONES: Final = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
VIETNAMESE_LETTERS: Final = frozenset(
    unicodedata.normalize("NFC", vowel + tone) for vowel in "AĂÂEÊIOÔƠUƯYaăâeêioôơuưy" for tone in _TONES
) | {"Đ", "đ"}
"""All vowels with all tones, and the one consonant with a stroke."""

_NEEDED: Final = VIETNAMESE_LETTERS | {chr(code) for code in range(0x20, 0x7F)} | {"·", "—"}


@dataclass(frozen=True, slots=True)
class Face:
    """One typeface: its name for the PDF writer, and the widths, at size 1, of the letters that it has."""

    name: str
    widths: Mapping[str, float]

    def width(self, text: str) -> float:
        """Width of a line of text at size 1; KeyError for a letter that the typeface has not."""
        return sum(map(self.widths.__getitem__, text))


@dataclass(frozen=True, slots=True)
class Faces:
    """The typeface of the labels and that of the values."""

    label: Face
    value: Face

    def can_show(self, text: str) -> bool:
        """Whether the typeface of the values has a glyph for every letter."""
        return self.value.widths.keys() >= set(text)


def load_faces(font: Path | None) -> Faces:
    """The typefaces of `font`, or those that come with the extra (Roboto, Apache-2.0).

    Raises PrintUnready for a file that cannot be read, is no TrueType font, or lacks a Vietnamese letter.
    """
    if font is not None:
        face = _load(font)
        return Faces(face, face)
    return Faces(_load(Path(font_roboto.Roboto)), _load(Path(font_roboto.RobotoMedium)))


def _load(path: Path) -> Face:
    font = _registered(path)
    glyphs, widths = font.face.charToGlyph, font.face.charWidths
    face = Face(font.fontName, {chr(code): widths[code] / 1000 for code, glyph in glyphs.items() if glyph})
    missing = sorted(_NEEDED - face.widths.keys())
    if missing:
        raise PrintUnready(
            f"font {path}: {len(missing)} needed letters are missing, {missing[0]} (U+{ord(missing[0]):04X}) "
            "the first of them; name a TrueType font with all Vietnamese letters"
        )
    return face


def _registered(path: Path) -> Any:
    """The font, registered by its content: the same file gives the same PDF wherever it lies."""
    try:
        content = path.read_bytes()
        name = f"signer-{hashlib.sha256(content).hexdigest()[:16]}"
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(path), asciiReadable=True, shapable=False))
        return pdfmetrics.getFont(name)
    except OSError as error:
        raise PrintUnready(f"font {path}: cannot be read ({error.strerror}); name a TrueType file") from error
    except (TTFError, ValueError, IndexError, KeyError, struct.error) as error:
        raise PrintUnready(f"font {path}: is no TrueType font that can be embedded; name another") from error
