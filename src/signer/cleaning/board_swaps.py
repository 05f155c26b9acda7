"""Finds what else must be hidden so that a small count cannot be worked out from what is shown around it.

A count is safe where another country, which differs in it, would have the very same board. Such a country
is made by a swap: at one facility a shot of one class becomes one of another class, or is one more or less at
all, and at another facility the other way round. All counts that change by that are hidden: those of both
facilities and of the districts and provinces above them, up to where the paths meet. There nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from signer.cleaning.board_places import LEAVES, N_VERIFIED, REFUSED, SHOTS, VERIFIED, Ints, PlaceTree

__all__ = ["HIDDEN", "SHOWN", "SMALL", "SMALLEST_SHOWN", "States", "hidden_cells"]

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

States = npt.NDArray[np.int8]


@dataclass(frozen=True)
class _Swap:
    """A shot more or less: from `row` the path leads up to `top`, and opposite to it is the row `partner`.

    Of the class `kind` there is `change` more (1 or -1), of `other` so much less; at the partner the other
    way round. `cost` is that of hiding what is not hidden yet.
    """

    cost: int
    row: int
    top: int
    partner: int | None
    kind: int
    other: int
    change: int


def hidden_cells(tree: PlaceTree) -> States:
    """SHOWN, SMALL or HIDDEN for each count of the tree: a function of the counts alone.

    Zero is shown unless a swap needs it, counts from 1 to 4 never are.
    """
    search = _Search(tree)
    for row, column in zip(*np.nonzero(search.states == SMALL), strict=True):
        if not search.is_safe[row, column]:
            search.hide(search.cheapest(int(row), int(column)))
    return search.states


class _Search:
    """The states as they become, with what it costs each count to be one more or one less."""

    def __init__(self, tree: PlaceTree) -> None:
        self._tree = tree
        counts = tree.counts
        self.states: States = np.where((counts > 0) & (counts < SMALLEST_SHOWN), SMALL, SHOWN).astype(np.int8)
        self.is_safe = np.zeros(counts.shape, bool)
        levels = np.array([tree.level(row) for row in range(len(counts))])
        digits = np.where(counts > 0, 4 + np.ceil(np.log2(counts + 1)).astype(np.int64), ZERO_WORTH)
        self._worth = WORTH * np.array(LEVEL_WORTH)[levels][:, None] * digits
        self._least = np.zeros(len(WORTH), np.int64)
        self._least[SHOTS] = 1  # of a place that is listed
        self._cost = {change: self._costs(change) for change in (1, -1)}

    def _costs(self, change: int) -> Ints:
        """What it costs that a count can be so much more."""
        counts = self._tree.counts + change
        fits_mark = (counts >= 1) & (counts < SMALLEST_SHOWN)
        costs = np.where(self.states == SHOWN, self._worth, np.where(fits_mark, 0, UNMARKING))
        return np.where(counts < self._least, IMPOSSIBLE, costs)

    def hide(self, swap: _Swap) -> None:
        """Hides all that changes; what was found safe before stays so."""
        cells = [*self._cells(swap.row, swap.top, swap.kind, swap.other, swap.change)]
        if swap.partner is not None:
            cells += self._cells(swap.partner, swap.partner, swap.kind, swap.other, -swap.change)
        for row, column, change in cells:
            self.is_safe[row, column] = True
            fits_mark = 1 <= self._tree.counts[row, column] + change < SMALLEST_SHOWN
            if self.states[row, column] == SMALL and fits_mark:
                continue
            self.states[row, column] = HIDDEN
            for costs in self._cost.values():
                if costs[row, column] < IMPOSSIBLE:
                    costs[row, column] = 0

    def cheapest(self, row: int, column: int) -> _Swap:
        """The swap that changes this count and hides least; there is always one."""
        searches = [
            self._swaps(row, kind, others, change)
            for kind, others in self._kinds(row, column)
            for change in (1, -1)
        ]
        for swaps in zip(*searches, strict=True):  # further up more would have to be hidden
            best: _Swap = min(swaps, key=lambda swap: swap.cost)
            if best.cost < IMPOSSIBLE:
                return best
        raise AssertionError("there is always a country with one shot more")

    def _kinds(self, row: int, column: int) -> Iterator[tuple[int, list[int]]]:
        """The classes by which a count can change, each with those that may change the other way.

        Where a sum is small, so is what makes it: only classes that are hidden already need to be tried.
        """
        hidden = [kind for kind in range(NONE) if self.states[row, kind] != SHOWN]
        if column == SHOTS:
            yield from ((kind, [NONE]) for kind in hidden)
        elif column in (VERIFIED, REFUSED):
            others = [other for other in range(NONE) if _sum_of(other) != column]
            yield from ((kind, [*others, NONE]) for kind in hidden if _sum_of(kind) == column)
        else:
            yield column, [*range(NONE), NONE]

    def _swaps(self, row: int, kind: int, others: list[int], change: int) -> Iterator[_Swap]:
        """The cheapest for each place in which the paths may meet, the nearest first."""
        tree, top = self._tree, row
        path = self._paths(row, row + 1, kind, change)[0]
        while top:
            above = int(tree.parent[top])
            first, end = int(tree.first_child[above]), int(tree.end_child[above])
            opposite = self._paths(first, end, kind, -change)
            opposite[top - first] = IMPOSSIBLE
            costs = path + opposite.min(axis=0)
            other = others[int(costs[others].argmin())]
            partner = first + int(opposite[:, other].argmin())
            yield _Swap(int(costs[other]), row, top, partner, kind, other, change)
            path = path + self._steps(above, above + 1, kind, change)[0]
            top = above
        other = others[int(path[others].argmin())]
        yield _Swap(int(path[other]), row, 0, None, kind, other, change)

    def _steps(self, first: int, end: int, kind: int, change: int) -> Ints:
        """For each place from `first` to `end` and each other class (or none), the cost of its own counts."""
        more, less = self._cost[change][first:end], self._cost[-change][first:end]
        steps = np.concatenate([less[:, :NONE], more[:, [SHOTS]]], axis=1) + more[:, [kind]]
        if kind < N_VERIFIED:
            steps[:, N_VERIFIED:NONE] += more[:, [VERIFIED]] + less[:, [REFUSED]]
        else:
            steps[:, :N_VERIFIED] += more[:, [REFUSED]] + less[:, [VERIFIED]]
        steps[:, NONE] += more[:, _sum_of(kind)]
        steps[:, kind] = IMPOSSIBLE
        return steps

    def _paths(self, first: int, end: int, kind: int, change: int) -> Ints:
        """The same with the cheapest way from each place down to a facility."""
        steps = self._steps(first, end, kind, change)
        begins, last = self._tree.first_child[first:end], int(self._tree.end_child[end - 1])
        if begins[0] < last:
            below = self._paths(int(begins[0]), last, kind, change)
            steps += np.minimum.reduceat(below, begins - begins[0], axis=0)
        return steps

    def _cells(
        self, row: int, top: int, kind: int, other: int, change: int
    ) -> Iterator[tuple[int, int, int]]:
        """What changes from `top` to `row`, and from there on the cheapest way down."""
        tree, above = self._tree, row
        while above != top:
            above = int(tree.parent[above])
            yield from _changes(above, kind, other, change)
        while True:
            yield from _changes(row, kind, other, change)
            first, end = int(tree.first_child[row]), int(tree.end_child[row])
            if first == end:
                return
            row = first + int(self._paths(first, end, kind, change)[:, other].argmin())


def _sum_of(kind: int) -> int:
    """The column of the sum in which a class is."""
    return VERIFIED if kind < N_VERIFIED else REFUSED


def _changes(row: int, kind: int, other: int, change: int) -> Iterator[tuple[int, int, int]]:
    """The counts of a place that change when a shot of class `other` becomes one of class `kind`."""
    yield row, kind, change
    if other == NONE:
        yield row, _sum_of(kind), change
        yield row, SHOTS, change
        return
    yield row, other, -change
    if _sum_of(kind) != _sum_of(other):
        yield row, _sum_of(kind), change
        yield row, _sum_of(other), -change
