"""Which certificates have a text that a QR code can hold, and what is wrong with the others."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["LeftOut", "NothingFits", "reason_of", "split_unfit"]

FITTING = r"^[0-9A-Z $%*+\-./:]+$"  # the alphanumeric mode (ISO 18004 table 5), without line breaks
UNFIT_CHARACTER = re.compile(r"[^0-9A-Z $%*+\-./:]")


@dataclass(frozen=True)
class LeftOut:
    """A certificate that is not in its shard, and why."""

    uvci: str
    shot_id: str
    reason: str


class NothingFits(Exception):
    """Every certificate of a shard is left out, so that there is nothing to write."""

    def __init__(self, left_out: list[LeftOut]) -> None:
        super().__init__()
        self.left_out = left_out


def split_unfit(rows: pa.Table) -> tuple[pa.Table, list[LeftOut]]:
    """The rows whose hc1 is made of the characters of a QR code's alphanumeric mode, and the others."""
    fits = pc.fill_null(pc.match_substring_regex(rows.column("hc1"), FITTING), False)
    if pc.all(fits).as_py():
        return rows, []
    others = rows.filter(pc.invert(fits)).select(["uvci", "shot_id", "hc1"])
    left_out = [
        LeftOut(row["uvci"], row["shot_id"] or "", reason_of(row["hc1"])) for row in others.to_pylist()
    ]
    return rows.filter(fits), left_out


def reason_of(text: str | None) -> str:
    """Why no QR symbol can hold the text, in words."""
    if not text:
        return "hc1 is empty"
    if UNFIT_CHARACTER.search(text):
        return "hc1 has characters that are not of a QR code's alphanumeric mode"
    return "hc1 is too long for a QR symbol, even of level L"
