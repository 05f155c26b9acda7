"""How QR codes are drawn: the settings that all who draw share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

__all__ = ["FORMATS", "LEVELS", "PictureOptions"]

FORMATS = ("png", "svg", "bits")
LEVELS = ("L", "M", "Q", "H")
"""Error correction levels, weakest first (ISO 18004 table 8)."""


@dataclass(frozen=True)
class PictureOptions:
    """A format of FORMATS, a level of LEVELS, `scale` in pixels a module, `quiet_zone` in modules.

    `raise_level` takes a higher level where the symbol does not grow by it; a text too long for its level is
    drawn at the highest that holds it. Level Q is what hcert recommends.
    """

    format: str
    level: str = "Q"
    raise_level: bool = False
    scale: int = 4
    quiet_zone: int = 4

    @property
    def column(self) -> str:
        """The name of the column of such pictures in the certificates table."""
        return f"qr_{self.format}"

    @property
    def schema_field(self) -> pa.Field[Any]:
        """That column as Arrow has it."""
        return pa.field(self.column, pa.binary())

    def as_painter(self) -> dict[str, Any]:
        """The keyword arguments of `_core.QrPainter`."""
        return {
            "picture": self.format,
            "level": self.level,
            "raise_level": self.raise_level,
            "lower_level": True,
            "scale": self.scale,
            "quiet_zone": self.quiet_zone,
        }
