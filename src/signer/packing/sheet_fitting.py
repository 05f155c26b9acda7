"""Fits a text into a box: smaller and on more lines until all of it is there, for nothing may be cut off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

__all__ = ["LEADING", "FittedText", "TextUnfit", "fit"]

LEADING: Final = 1.17
"""Height of a line by its size: Vietnamese capitals carry two marks."""

STEP: Final = 0.94
STILL_ONE_LINE: Final = 0.7
SMALLEST: Final = 0.25
"""Shares of the size asked for: above the first no line is broken, below the second nobody can read it."""

WidthOf = Callable[[str], float]
"""Width of a text at size 1."""


class TextUnfit(Exception):
    """A text that does not fit its box at any legible size."""


@dataclass(frozen=True, slots=True)
class FittedText:
    """Lines and their size, in the unit of the box."""

    lines: tuple[str, ...]
    size: float


def fit(text: str, width: float, height: float, size: float, width_of: WidthOf) -> FittedText:
    """The size, `size` at most, and the lines with which `text` fits into a box. Raises TextUnfit.

    On one line if it need not become much smaller for that, else as large as lines allow. They break at
    blanks; a word longer than a line breaks anywhere.
    """
    one_line = min(size, height / LEADING, width / max(width_of(text), 1e-9))
    if one_line >= size * STILL_ONE_LINE:
        return FittedText((text,), one_line)
    words = [(word, width_of(word)) for word in text.split(" ")]
    smallest = size * SMALLEST
    while size >= smallest:
        lines = _lines(words, width / size, width_of)
        if len(lines) * LEADING * size <= height:
            return FittedText(tuple(lines), size)
        size *= STEP
    raise TextUnfit


def _lines(words: Sequence[tuple[str, float]], width: float, width_of: WidthOf) -> list[str]:
    """Lines of at most `width` at size 1; `words` are given with their widths."""
    blank = width_of(" ")
    lines: list[str] = []
    held = inf  # the first word begins a line
    for word, word_width in words:
        if held + blank + word_width <= width:
            lines[-1] += f" {word}"
            held += blank + word_width
            continue
        lines += [word] if word_width <= width else _pieces(word, width, width_of)
        held = width_of(lines[-1])
    return lines


def _pieces(word: str, width: float, width_of: WidthOf) -> list[str]:
    """A word cut into pieces of at most `width`, or of one letter where even that is wider."""
    pieces: list[str] = []
    held = inf
    for letter in word:
        letter_width = width_of(letter)
        if held + letter_width <= width:
            pieces[-1] += letter
            held += letter_width
        else:
            pieces.append(letter)
            held = letter_width
    return pieces
