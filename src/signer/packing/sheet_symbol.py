"""How large a QR symbol is printed, and the image operators that put it on the page dot by dot."""

from __future__ import annotations

from math import sqrt
from typing import Final

from signer._core import QrSymbol
from signer.packing.sheet_layout import SYMBOL_BOX

__all__ = ["MAX_DIAGONAL_MM", "MIN_DIAGONAL_MM", "QUIET_ZONE", "dots_per_module", "symbol_operators"]

MIN_DIAGONAL_MM: Final = 35.0
MAX_DIAGONAL_MM: Final = 60.0
"""Of a printed symbol without its quiet zone (hcert 1.0.8, section 6)."""

QUIET_ZONE: Final = 4
"""Modules left white on each side (ISO 18004, section 6.3.8)."""

_MAX_SIDE: Final = int(MAX_DIAGONAL_MM / 25.4 * 300 / sqrt(2))

_INSET: Final = 0.01
"""Dots by which an image is drawn smaller on each side: renderers paint every dot that an image touches, and
one that ends on the grid itself touches the next dot too."""


def dots_per_module(side: int) -> int:
    """The largest whole number of dots at which a symbol of `side` modules keeps within 60 mm and its box.

    For every side from 21 to 177 that gives a diagonal of 35 mm or more.
    """
    return min(_MAX_SIDE // side, SYMBOL_BOX // (side + 2 * QUIET_ZONE))


def symbol_operators(symbol: QrSymbol, left: float, bottom: float) -> str:
    """PDF operators that draw a symbol, its lower left corner at whole dots (ISO 32000-1, 8.9.6.2 and 8.9.7).

    A stencil mask of one bit a module: the paper shows through, nothing is interpolated, and it is small
    enough to stand in the page itself (4,071 bytes for version 40).
    """
    side = symbol.side * dots_per_module(symbol.side) - 2 * _INSET
    return (
        f"q 0 g {side:.2f} 0 0 {side:.2f} {left + _INSET:.2f} {bottom + _INSET:.2f} cm "
        f"BI /W {symbol.side} /H {symbol.side} /IM true /D [1 0] /F /AHx ID\n{symbol.bits.hex()}>\nEI Q"
    )
