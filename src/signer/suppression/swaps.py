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

from signer.suppression.costs import (
    IMPOSSIBLE,
    SHOWN,
    SMALL,
    SMALLEST_SHOWN,
    Cell,
    HidingCosts,
    States,
)
from signer.suppression.places import Ints, PlaceTree

__all__ = ["hidden_cells", "hidden_cells_below_country"]


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
    states = _hidden(tree, HidingCosts(tree, SMALLEST_SHOWN, is_country_shown=False))
    if states is None:
        raise AssertionError("there is always a country with one shot more")
    return states


def hidden_cells_below_country(tree: PlaceTree, smallest: int) -> States | None:
    """The same where every count of the whole country is shown, however small; small is below `smallest`.

    None where no place may be shown then, nor even named, as a small count would follow: there are too few
    places, or too few shots in them.
    """
    return _hidden(tree, HidingCosts(tree, smallest, is_country_shown=True))


def _hidden(tree: PlaceTree, costs: HidingCosts) -> States | None:
    search = _Search(tree, costs)
    for row, column in np.argwhere(costs.states == SMALL).tolist():
        if costs.is_safe[row, column]:
            continue
        swap = search.cheapest(row, column)
        if swap is None:
            return None
        costs.hide([*search.cells(swap)])
    return costs.states


class _Search:
    """Looks for swaps among the places of a country, by what they cost."""

    def __init__(self, tree: PlaceTree, costs: HidingCosts) -> None:
        self._tree = tree
        self._costs = costs

    def cheapest(self, row: int, column: int) -> _Swap | None:
        """The swap that changes this count and hides least; None where there is none."""
        searches = [
            self._swaps(row, kind, others, change)
            for kind, others in self._kinds(row, column)
            for change in (1, -1)
        ]
        for swaps in zip(*searches, strict=True):  # further up more would have to be hidden
            best: _Swap = min(swaps, key=lambda swap: swap.cost)
            if best.cost < IMPOSSIBLE:
                return best
        return None

    def cells(self, swap: _Swap) -> Iterator[Cell]:
        """All that changes by it."""
        yield from self._cells(swap.row, swap.top, swap.kind, swap.other, swap.change)
        if swap.partner is not None:
            yield from self._cells(swap.partner, swap.partner, swap.kind, swap.other, -swap.change)

    def _kinds(self, row: int, column: int) -> Iterator[tuple[int, list[int]]]:
        """The classes by which a count can change, each with those that may change the other way.

        Where a sum is small, so is what makes it: only classes that are hidden already need to be tried.
        """
        tree, none = self._tree, self._tree.n_classes
        hidden = [kind for kind in range(none) if self._costs.states[row, kind] != SHOWN]
        if column == tree.sums[2]:
            yield from ((kind, [none]) for kind in hidden)
        elif column in tree.sums:
            others = [other for other in range(none) if tree.sum_of(other) != column]
            yield from ((kind, [*others, none]) for kind in hidden if tree.sum_of(kind) == column)
        else:
            yield column, [*range(none), none]

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
            path = path + self._costs.steps(above, above + 1, kind, change)[0]
            top = above
        other = others[int(path[others].argmin())]
        yield _Swap(int(path[other]), row, 0, None, kind, other, change)

    def _paths(self, first: int, end: int, kind: int, change: int) -> Ints:
        """What `steps` gives, with the cheapest way from each place down to a facility."""
        steps = self._costs.steps(first, end, kind, change)
        begins, last = self._tree.first_child[first:end], int(self._tree.end_child[end - 1])
        if begins[0] < last:
            below = self._paths(int(begins[0]), last, kind, change)
            steps += np.minimum.reduceat(below, begins - begins[0], axis=0)
        return steps

    def _cells(self, row: int, top: int, kind: int, other: int, change: int) -> Iterator[Cell]:
        """What changes from `top` to `row`, and from there on the cheapest way down."""
        tree, above = self._tree, row
        while above != top:
            above = int(tree.parent[above])
            yield from _changes(tree, above, kind, other, change)
        while True:
            yield from _changes(tree, row, kind, other, change)
            first, end = int(tree.first_child[row]), int(tree.end_child[row])
            if first == end:
                return
            row = first + int(self._paths(first, end, kind, change)[:, other].argmin())


def _changes(tree: PlaceTree, row: int, kind: int, other: int, change: int) -> Iterator[Cell]:
    """The counts of a place that change when a shot of class `other` becomes one of class `kind`."""
    yield row, kind, change
    if other == tree.n_classes:
        yield row, tree.sum_of(kind), change
        yield row, tree.sums[2], change
        return
    yield row, other, -change
    if tree.sum_of(kind) != tree.sum_of(other):
        yield row, tree.sum_of(kind), change
        yield row, tree.sum_of(other), -change
