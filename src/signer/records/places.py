"""Places as the rows of a file name them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["RowsOfPlace"]


@dataclass(frozen=True)
class RowsOfPlace:
    """How many rows of a file are of one place, as they name it, and the first of them, from 0."""

    province: str | None
    district: str | None
    facility: str | None
    n_rows: int
    first_row: int
