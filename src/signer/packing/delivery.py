"""In what form certificates are delivered: texts, pictures in archives, or sheets of paper."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from signer.records.pictures import PictureOptions

__all__ = ["Archive", "Delivery", "Layout", "Pictures", "Sheets", "TextFormat", "Texts"]

TextFormat = Literal["csv", "ndjson", "txt"]
Archive = Literal["zip", "tar", "none"]
Layout = Literal["sheet", "single"]


@dataclass(frozen=True)
class Texts:
    """HC1 texts: a shard is one file of them."""

    format: TextFormat

    @property
    def suffix(self) -> str:
        """The ending of a shard's name."""
        return f".{self.format}"


@dataclass(frozen=True)
class Pictures:
    """Pictures as `options` says, png or svg: a shard is an archive, or with "none" a folder of files."""

    options: PictureOptions
    archive: Archive = "zip"

    @property
    def format(self) -> str:
        return self.options.format

    @property
    def suffix(self) -> str:
        """The ending of a shard's name; a folder has none."""
        return "" if self.archive == "none" else f".{self.archive}"


@dataclass(frozen=True)
class Sheets:
    """Paper: a shard is one PDF. `level` and `raise_level` as in `PictureOptions`.

    `layout` is four on a page, or one; `font` a TrueType file for all text, None for the font of the extra.
    `shots` are the tables that nationality and lot are taken from.
    """

    level: str = PictureOptions.level
    raise_level: bool = False
    layout: Layout = "sheet"
    font: Path | None = None
    shots: tuple[Path, ...] = ()

    format: ClassVar = "pdf"
    suffix: ClassVar = ".pdf"


Delivery = Texts | Pictures | Sheets
