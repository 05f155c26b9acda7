"""In what form certificates are delivered: texts, pictures in archives, or sheets of paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from signer.records.pictures import PictureOptions

__all__ = ["PICTURES", "SHEETS", "TEXTS", "Archive", "Content", "Delivery"]

Content = Literal["csv", "ndjson", "txt", "png", "svg", "pdf"]
Archive = Literal["zip", "tar", "none"]

TEXTS = ("csv", "ndjson", "txt")
PICTURES = ("png", "svg")
SHEETS = "pdf"


@dataclass(frozen=True)
class Delivery:
    """What is made of a certificate, and what it is put in.

    `archive` is that of pictures; with "none" each is a file of its own. `symbol` says how QR codes look:
    pictures take all of it, sheets the level. Of sheets: the `layout`, and the `font` if not the usual one.
    """

    content: Content
    archive: Archive = "zip"
    symbol: PictureOptions = field(default_factory=lambda: PictureOptions("png"))
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
