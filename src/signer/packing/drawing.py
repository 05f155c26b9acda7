"""Draws the symbols of many texts, among which there may be some that no symbol holds."""

from __future__ import annotations

import pyarrow as pa

from signer._core import QrPainter
from signer.errors import QrTextUnfit

__all__ = ["draw_fitting"]


def draw_fitting(painter: QrPainter, texts: pa.StringArray) -> list[bytes | None]:
    """A picture of each text, None where no symbol holds it: found by halves, as it is rare."""
    try:
        pictures: list[bytes | None] = painter.draw(texts).to_pylist()
    except QrTextUnfit:
        if len(texts) == 1:
            return [None]
        half = len(texts) // 2
        return draw_fitting(painter, texts[:half]) + draw_fitting(painter, texts[half:])
    return pictures
