"""How large a QR symbol is printed, and the image operators that put it on the page dot by dot."""

from __future__ import annotations

from math import sqrt
from typing import Final

from signer.packing.sheet_layout import SYMBOL_BOX

__all__ = ["QUIET_ZONE", "dots_per_module", "side_of", "symbol_operators"]

MAX_DIAGONAL_MM: Final = 60.0
"""Of a printed symbol without its quiet zone; 35 mm are the least (hcert 1.0.8, section 6)."""

QUIET_ZONE: Final = 4
"""Modules left white on each side (ISO 18004, section 6.3.8)."""

_MAX_SIDE: Final = int(MAX_DIAGONAL_MM / 25.4 * 300 / sqrt(2))

_INSET: Final = 0.01
"""Dots by which an image is drawn smaller on each side: renderers paint every dot that an image touches, and
one that ends on the grid itself touches the next dot too."""

_SIDES: Final = {side * ((side + 7) // 8): side for side in range(21, 178, 4)}
"""Bytes of a raster to modules of a side, for versions 1 to 40 (docs/pictures.md, bits)."""


def side_of(bits: bytes) -> int:
    """Modules of a side of the symbol with this raster."""
    return _SIDES[len(bits)]


def dots_per_module(side: int) -> int:
    """The largest whole number of dots at which a symbol of `side` modules keeps within 60 mm and its box.

    For every side from 21 to 177 that gives a diagonal of 35 mm or more.
    """
    return min(_MAX_SIDE // side, SYMBOL_BOX // (side + 2 * QUIET_ZONE))


def symbol_operators(bits: bytes, left: int, bottom: int) -> str:
    """PDF operators that draw a symbol, its lower left corner on a dot (ISO 32000-1, 8.9.6.2 and 8.9.7).

    `bits` is a raster as `_core.QrPainter` gives it. A stencil mask of one bit a module: the paper shows
    through, nothing is interpolated, and it is small enough to stand in the page itself (4,071 bytes for
    version 40).
    """
    modules = side_of(bits)
    side = modules * dots_per_module(modules) - 2 * _INSET
    return (
        f"q 0 g {side:.2f} 0 0 {side:.2f} {left + _INSET:.2f} {bottom + _INSET:.2f} cm "
        f"BI /W {modules} /H {modules} /IM true /D [1 0] /F /AHx ID\n{bits.hex()}>\nEI Q"
    )
