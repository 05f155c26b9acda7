"""What may be shown of each count, and what it costs to hide a count that would be shown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from signer.cleaning.board_places import LEAVES, N_VERIFIED, REFUSED, SHOTS, VERIFIED, Ints, PlaceTree

__all__ = [
    "HIDDEN",
    "IMPOSSIBLE",
    "NONE",
    "SHOWN",
    "SMALL",
    "SMALLEST_SHOWN",
    "Cell",
    "HidingCosts",
    "States",
    "sum_of",
]

SHOWN, SMALL, HIDDEN = 0, 1, 2
"""What becomes of a count: it stands there, "<5" does, or a mark that says nothing of it."""
SMALLEST_SHOWN = 5

NONE = len(LEAVES)
"""In place of a class: no shot at all."""
IMPOSSIBLE = 1 << 40
UNMARKING = 1
WORTH = np.array([2, 2] + [1] * (len(LEAVES) - N_VERIFIED) + [40, 40, 80], np.int64)
"""By column, what it costs to hide a count; the sums most."""
LEVEL_WORTH = (64, 16, 4, 1)
ZERO_WORTH = 12
BOTH = (1, -1)

States = npt.NDArray[np.int8]
Cell = tuple[int, int, int]
"""Row, column, and by how much the count changes: 1 or -1."""


def sum_of(kind: int) -> int:
    """The column of the sum in which a class is."""
    return VERIFIED if kind < N_VERIFIED else REFUSED


class HidingCosts:
    """The states of all counts as they become, and the costs of each being one more or one less.

    It costs nothing where the count is hidden already, and is IMPOSSIBLE where there would be less than none.
    """

    def __init__(self, tree: PlaceTree) -> None:
        counts = tree.counts
        is_small = (counts > 0) & (counts < SMALLEST_SHOWN)
        self.states: States = np.where(is_small, SMALL, SHOWN).astype(np.int8)
        self.is_safe = np.zeros(counts.shape, bool)
        self._counts = counts
        worth = _worth(tree)
        self._costs = {change: self._costs_of(change, worth) for change in BOTH}
        self._others = {
            (own, change): self._others_of(0, len(counts), own, change)
            for own in (VERIFIED, REFUSED)
            for change in BOTH
        }

    def _costs_of(self, change: int, worth: Ints) -> Ints:
        counts = self._counts + change
        fits_mark = (counts >= 1) & (counts < SMALLEST_SHOWN)
        costs = np.where(self.states == SHOWN, worth, np.where(fits_mark, 0, UNMARKING))
        least = np.zeros(len(WORTH), np.int64)
        least[SHOTS] = 1  # of a place that is listed
        return np.where(counts < least, IMPOSSIBLE, costs)

    def _others_of(self, first: int, end: int, own: int, change: int) -> Ints:
        """Of a class in the sum `own` there is `change` more: the costs of all but that class itself."""
        more, less = self._costs[change][first:end], self._costs[-change][first:end]
        others = np.empty((end - first, NONE + 1), np.int64)
        others[:, :NONE] = less[:, :NONE]
        others[:, NONE] = more[:, SHOTS] + more[:, own]
        if own == VERIFIED:
            others[:, N_VERIFIED:NONE] += (more[:, VERIFIED] + less[:, REFUSED])[:, None]
        else:
            others[:, :N_VERIFIED] += (more[:, REFUSED] + less[:, VERIFIED])[:, None]
        return others

    def steps(self, first: int, end: int, kind: int, change: int) -> Ints:
        """For each place from `first` to `end` and each other class (or NONE), what it costs that there is
        `change` more of `kind` and so much less of the other."""
        steps: Ints = (
            self._others[sum_of(kind), change][first:end] + self._costs[change][first:end, kind, None]
        )
        steps[:, kind] = IMPOSSIBLE
        return steps

    def hide(self, cells: Sequence[Cell]) -> None:
        """Hides all that changes; what was found safe before stays so, as nothing is shown again."""
        changed = set()
        for row, column, change in cells:
            self.is_safe[row, column] = True
            fits_mark = 1 <= self._counts[row, column] + change < SMALLEST_SHOWN
            if self.states[row, column] == HIDDEN or (self.states[row, column] == SMALL and fits_mark):
                continue
            self.states[row, column] = HIDDEN
            changed.add(row)
            for costs in self._costs.values():
                if costs[row, column] < IMPOSSIBLE:
                    costs[row, column] = 0
        for row in changed:
            for (own, change), others in self._others.items():
                others[row] = self._others_of(row, row + 1, own, change)[0]


def _worth(tree: PlaceTree) -> Ints:
    """By its column, the level of its place and its digits, what it costs to hide a count."""
    counts = tree.counts
    levels = np.array([tree.level(row) for row in range(len(counts))])
    digits = np.where(counts > 0, 4 + np.ceil(np.log2(counts + 1)).astype(np.int64), ZERO_WORTH)
    worth: Ints = WORTH * np.array(LEVEL_WORTH)[levels][:, None] * digits
    return worth
