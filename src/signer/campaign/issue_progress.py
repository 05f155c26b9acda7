"""Adds up how far the workers of a run have come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

__all__ = ["OnProgress", "RowsDone"]

OnProgress = Callable[[int, int], None]
"""Hears the rows that are done and the rows in all."""


class NumberedPart(Protocol):
    """A part of a run, known by its number."""

    @property
    def number(self) -> int: ...


class RowsDone:
    """Adds up what the workers report; a part that is done again starts from nothing.

    `n_before` rows of `n_rows` were done before the run.
    """

    def __init__(self, n_rows: int, on_progress: OnProgress, n_before: int = 0) -> None:
        self._n_rows = n_rows
        self._on_progress = on_progress
        self._by_part: dict[int, int] = {}
        self._sum = n_before

    def hear(self, part: NumberedPart, n_rows_done: int) -> None:
        self._sum += n_rows_done - self._by_part.get(part.number, 0)
        self._by_part[part.number] = n_rows_done
        self._on_progress(self._sum, self._n_rows)
