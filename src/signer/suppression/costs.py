"""What may be shown of each count, and what it costs to hide a count that would be shown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from signer.suppression.places import Ints, PlaceTree

__all__ = [
    "HIDDEN",
    "IMPOSSIBLE",
    "SHOWN",
    "SMALL",
    "SMALLEST_SHOWN",
    "Cell",
    "HidingCosts",
    "States",
]

SHOWN, SMALL, HIDDEN = 0, 1, 2
"""What becomes of a count: it stands there, "<5" does, or a mark that says nothing of it."""
SMALLEST_SHOWN = 5

IMPOSSIBLE = 1 << 40
UNMARKING = 1
FIRST_WORTH, OTHER_WORTH, SUMS_WORTH = 2, 1, (40, 40, 80)
"""By column, what it costs to hide a count; the sums most."""
LEVEL_WORTH = (64, 16, 4, 1)
ZERO_WORTH = 12
BOTH = (1, -1)

States = npt.NDArray[np.int8]
Cell = tuple[int, int, int]
"""Row, column, and by how much the count changes: 1 or -1."""


class HidingCosts:
    """The states of all counts as they become, and the costs of each being one more or one less.

    It costs nothing where the count is hidden already, and is IMPOSSIBLE where there would be less than none,
    or where the counts of the country must be shown, all of them. Counts below `smallest` are small.
    """

    def __init__(self, tree: PlaceTree, smallest: int, is_country_shown: bool) -> None:
        counts = tree.counts
        is_small = (counts > 0) & (counts < smallest)
        self.states: States = np.where(is_small, SMALL, SHOWN).astype(np.int8)
        if is_country_shown:
            self.states[0] = SHOWN
        self.is_safe = np.zeros(counts.shape, bool)
        self._tree, self._smallest, self._is_country_shown = tree, smallest, is_country_shown
        self._counts = counts
        worth = _worth(tree)
        self._costs = {change: self._costs_of(change, worth) for change in BOTH}
        self._others = {
            (own, change): self._others_of(0, len(counts), own, change)
            for own in tree.sums[:2]
            for change in BOTH
        }

    def _costs_of(self, change: int, worth: Ints) -> Ints:
        counts = self._counts + change
        fits_mark = (counts >= 1) & (counts < self._smallest)
        costs = np.where(self.states == SHOWN, worth, np.where(fits_mark, 0, UNMARKING))
        least = np.zeros(counts.shape[1], np.int64)
        least[self._tree.sums[2]] = 1  # of a place that is listed
        costs = np.where(counts < least, IMPOSSIBLE, costs)
        if self._is_country_shown:
            costs[0] = IMPOSSIBLE
        return costs

    def _others_of(self, first: int, end: int, own: int, change: int) -> Ints:
        """Of a class in the sum `own` there is `change` more: the costs of all but that class itself."""
        tree, more, less = self._tree, self._costs[change][first:end], self._costs[-change][first:end]
        none, n_first = tree.n_classes, tree.n_first
        of_first, of_others, of_all = tree.sums
        others = np.empty((end - first, none + 1), np.int64)
        others[:, :none] = less[:, :none]
        others[:, none] = more[:, of_all] + more[:, own]
        if own == of_first:
            others[:, n_first:none] += (more[:, of_first] + less[:, of_others])[:, None]
        else:
            others[:, :n_first] += (more[:, of_others] + less[:, of_first])[:, None]
        return others

    def steps(self, first: int, end: int, kind: int, change: int) -> Ints:
        """For each place from `first` to `end` and each other class (or, behind them, none), what it costs
        that there is `change` more of `kind` and so much less of the other."""
        steps: Ints = (
            self._others[self._tree.sum_of(kind), change][first:end]
            + self._costs[change][first:end, kind, None]
        )
        steps[:, kind] = IMPOSSIBLE
        return steps

    def hide(self, cells: Sequence[Cell]) -> None:
        """Hides all that changes; what was found safe before stays so, as nothing is shown again."""
        changed = set()
        for row, column, change in cells:
            self.is_safe[row, column] = True
            fits_mark = 1 <= self._counts[row, column] + change < self._smallest
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
    of_column = [FIRST_WORTH] * tree.n_first + [OTHER_WORTH] * (tree.n_classes - tree.n_first)
    of_column += SUMS_WORTH
    worth: Ints = np.array(of_column) * np.array(LEVEL_WORTH)[levels][:, None] * digits
    return worth
