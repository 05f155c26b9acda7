"""Counts of places by class, from the whole country down, with the sums that a reader can take of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["Ints", "PlaceTree", "place_tree"]

Ints = npt.NDArray[np.int64]
N_SUMS = 3


@dataclass(frozen=True)
class PlaceTree:
    """Places in rows: the country, then provinces, districts and so on, children of a place together.

    `names` has the names of each row from the province on, as far as its level goes. `counts` has a column
    for each class, and three for sums: of the first `n_first` classes, of the others, and of all.
    `first_child` and `end_child` are rows; they are equal where there are none.
    """

    names: list[tuple[str, ...]]
    parent: Ints
    first_child: Ints
    end_child: Ints
    counts: Ints
    n_first: int

    @property
    def n_classes(self) -> int:
        return int(self.counts.shape[1]) - N_SUMS

    @property
    def sums(self) -> tuple[int, int, int]:
        """The columns of the sums: of the first classes, of the others, of all."""
        return self.n_classes, self.n_classes + 1, self.n_classes + 2

    def sum_of(self, kind: int) -> int:
        """The column of the sum in which a class is, beside that of all."""
        return self.sums[0] if kind < self.n_first else self.sums[1]

    def level(self, row: int) -> int:
        """0 of the country, 1 of provinces and so on."""
        return len(self.names[row])


def place_tree(counts: pa.Table, places: Sequence[str], classes: Sequence[str], n_first: int) -> PlaceTree:
    """The places of a table, in the order of their names.

    The table has the columns `places`, "class" (one of `classes`) and "shots" (how many), and a place and
    class at most once.
    """
    rows = counts.sort_by([(name, "ascending") for name in [*places, "class"]])
    columns = [rows[name].to_pylist() for name in places]
    names: list[tuple[str, ...]] = [()]
    for depth in range(len(places)):
        names += dict.fromkeys(zip(*columns[: depth + 1], strict=True))
    row_of = {name: row for row, name in enumerate(names)}
    parent = np.array([0, *(row_of[name[:-1]] for name in names[1:])], np.int64)
    at = np.array(
        [row_of[name] for name in zip(*columns, strict=True)] if columns else [0] * len(rows), np.int64
    )
    return PlaceTree(names, parent, *_children(parent), _counted(rows, at, parent, classes, n_first), n_first)


def _children(parent: Ints) -> tuple[Ints, Ints]:
    """The first child of each place, and the row behind its last: parents ascend from row 1 on."""
    rows = np.arange(len(parent))
    first, end = (1 + np.searchsorted(parent[1:], rows, side) for side in ("left", "right"))
    return first.astype(np.int64), end.astype(np.int64)


def _counted(rows: pa.Table, at: Ints, parent: Ints, classes: Sequence[str], n_first: int) -> Ints:
    n_classes = len(classes)
    counts = np.zeros((len(parent), n_classes + N_SUMS), np.int64)
    class_of = {name: number for number, name in enumerate(classes)}
    kinds = np.array([class_of[name] for name in rows["class"].to_pylist()], np.int64)
    np.add.at(counts, (at, kinds), rows["shots"].to_numpy())
    for row in range(len(parent) - 1, 0, -1):
        counts[parent[row]] += counts[row]
    counts[:, n_classes] = counts[:, :n_first].sum(axis=1)
    counts[:, n_classes + 1] = counts[:, n_first:n_classes].sum(axis=1)
    counts[:, n_classes + 2] = counts[:, n_classes] + counts[:, n_classes + 1]
    return counts
