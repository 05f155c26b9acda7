"""A QR symbol in characters of a terminal, two modules above each other in one."""

from __future__ import annotations

from typing import Final

from signer._core import QrSymbol

__all__ = ["BLOCKS", "QUIET_ZONE", "half_blocks"]

QUIET_ZONE: Final = 4
"""Light modules on each side (ISO 18004, 6.3.8)."""

BLOCKS: Final = " ▄▀█"
"""By the upper module times two and the lower one, 1 for dark."""

BLACK_ON_WHITE: Final = "\x1b[38;5;16;48;5;231m"
"""Of the 256 colours, since themes change the first 16."""
RESET: Final = "\x1b[0m"


def half_blocks(symbol: QrSymbol, *, coloured: bool) -> str:
    """Gives the symbol with its quiet zone as lines of side + 8 characters.

    Dark modules are drawn in the foreground; `coloured` makes that black, and the background white.
    """
    rows = [0] * QUIET_ZONE + [row << QUIET_ZONE for row in _rows(symbol)] + [0] * (QUIET_ZONE + 1)
    width = symbol.side + 2 * QUIET_ZONE
    lines = (_line(upper, lower, width) for upper, lower in zip(rows[::2], rows[1::2], strict=True))
    return "\n".join(f"{BLACK_ON_WHITE}{line}{RESET}" if coloured else line for line in lines)


def _rows(symbol: QrSymbol) -> list[int]:
    """The rows of modules as numbers; the rightmost module is bit 0."""
    n_bytes = -(-symbol.side // 8)
    padded = (symbol.bits[row * n_bytes : (row + 1) * n_bytes] for row in range(symbol.side))
    return [int.from_bytes(row) >> (8 * n_bytes - symbol.side) for row in padded]


def _line(upper: int, lower: int, width: int) -> str:
    columns = range(width - 1, -1, -1)
    return "".join(BLOCKS[(upper >> column & 1) * 2 + (lower >> column & 1)] for column in columns)
