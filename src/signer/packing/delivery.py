"""In what form certificates are delivered: texts, pictures in archives, or sheets of paper."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

__all__ = ["PICTURES", "SHEETS", "TEXTS", "Archive", "Content", "Delivery"]

Content = Literal["csv", "ndjson", "txt", "png", "svg", "pdf"]
Archive = Literal["zip", "tar", "none"]

TEXTS = ("csv", "ndjson", "txt")
PICTURES = ("png", "svg")
SHEETS = "pdf"


@dataclass(frozen=True)
class Delivery:
    """What is made of a certificate, and what it is put in.

    `archive` is that of pictures; with "none" each is a file of its own. Of the QR symbol: the weakest
    `level` of error correction, `raise_level` where the version stays the same, `scale` in pixels a module
    and the `quiet_zone` in modules. Of sheets: the `layout`, and the `font` if not the usual one.
    """

    content: Content
    archive: Archive = "zip"
    level: Literal["L", "M", "Q", "H"] = "Q"
    raise_level: bool = False
    scale: int = 4
    quiet_zone: int = 4
    layout: Literal["sheet", "single"] = "sheet"
    font: Path | None = None

    @property
    def is_pictures(self) -> bool:
        return self.content in PICTURES

    @property
    def is_loose(self) -> bool:
        """Whether a shard is a folder of single files."""
        return self.is_pictures and self.archive == "none"

    @property
    def suffix(self) -> str:
        """The ending of a shard's name; a folder has none."""
        if not self.is_pictures:
            return f".{self.content}"
        return "" if self.is_loose else f".{self.archive}"
