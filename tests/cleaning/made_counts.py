"""Tables of counts by place and class, and what anyone can work out from a board that was made of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from signer.cleaning.board_counts import COUNTS
from signer.cleaning.board_places import COLUMNS, LEAVES, REFUSED, SHOTS, VERIFIED
from signer.suppression.costs import HIDDEN, SHOWN, SMALL, States
from signer.suppression.places import PlaceTree

Facility = tuple[str, str, str]
Counts = Mapping[Facility, Mapping[str, int]]
PRIME = 2_147_483_647
"""Ranks are taken modulo it: a number that divides by it by chance is not met."""


def counts_table(counts: Counts) -> pa.Table:
    """The table of COUNTS; what is 0 is no row in it."""
    rows = [
        {"province": place[0], "district": place[1], "facility": place[2], "class": name, "shots": shots}
        for place, classes in sorted(counts.items())
        for name, shots in sorted(classes.items())
        if shots
    ]
    return pa.Table.from_pylist(rows, COUNTS)


def write_counts(path: Path, counts: Counts) -> Path:
    pq.write_table(counts_table(counts), path)
    return path


def sums(tree: PlaceTree) -> Iterator[list[tuple[int, int, int]]]:
    """All that adds up to 0: (row, column, 1 or -1), between places and within each."""
    for row in range(len(tree.names)):
        reasons = [(row, column, 1) for column in range(2, len(LEAVES))]
        yield [*reasons, (row, REFUSED, -1)]
        yield [(row, 0, 1), (row, 1, 1), (row, VERIFIED, -1)]
        yield [(row, VERIFIED, 1), (row, REFUSED, 1), (row, SHOTS, -1)]
        children = range(int(tree.first_child[row]), int(tree.end_child[row]))
        if children:
            for column in range(len(COLUMNS)):
                yield [*((child, column, 1) for child in children), (row, column, -1)]


def hidden(states: States) -> list[tuple[int, int]]:
    """Row and column of all that does not stand there."""
    return [(int(row), int(column)) for row, column in np.argwhere(states != SHOWN)]


def determined_cells(tree: PlaceTree, states: States) -> set[tuple[int, int]]:
    """Hidden counts that follow from the sums: those in which no solution of the equations differs."""
    unknown = {cell: at for at, cell in enumerate(hidden(states))}
    matrix = np.zeros((0, len(unknown)), np.int64)
    rows = []
    for terms in sums(tree):
        line = np.zeros(len(unknown), np.int64)
        for row, column, sign in terms:
            if (row, column) in unknown:
                line[unknown[row, column]] = sign
        if line.any():
            rows.append(line)
    if rows:
        matrix = _reduced(np.array(rows) % PRIME)
    alone = {int(np.flatnonzero(line)[0]) for line in matrix if np.count_nonzero(line) == 1}
    return {cell for cell, at in unknown.items() if at in alone}


def _reduced(matrix: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """In reduced row echelon form, modulo PRIME."""
    done = 0
    for column in range(matrix.shape[1]):
        found = np.flatnonzero(matrix[done:, column])
        if not len(found):
            continue
        matrix[[done, done + found[0]]] = matrix[[done + found[0], done]]
        matrix[done] = matrix[done] * pow(int(matrix[done, column]), -1, PRIME) % PRIME
        others = np.flatnonzero(matrix[:, column])
        others = others[others != done]
        matrix[others] = (matrix[others] - matrix[others][:, [column]] * matrix[done]) % PRIME
        done += 1
        if done == len(matrix):
            break
    return matrix[:done]


def cells_with_one_value(tree: PlaceTree, states: States) -> set[tuple[int, int]]:
    """Hidden counts that are the same in every country near this one that has the same board.

    Those are tried out, one by one: all in which the counts of the classes that are not shown differ by 1 at
    most at each facility. Marks are taken at their word ("<5" is 1 to 4), and listed places have shots.
    """
    leaves = tuple(int(leaf) for leaf in np.flatnonzero(states.any(axis=0)) if leaf < len(LEAVES))
    facilities = [row for row in range(len(tree.names)) if tree.first_child[row] == tree.end_child[row]]
    options = [list(_options(tree, states, row, leaves)) for row in facilities]
    left = set(hidden(states))
    for chosen in itertools.product(*options):
        counts = np.zeros_like(tree.counts)
        for row, values in zip(facilities, chosen, strict=True):
            counts[row] = values
        for row in range(len(tree.names) - 1, 0, -1):
            counts[tree.parent[row]] += counts[row]
        if _looks_the_same(tree.counts, states, counts):
            left -= {cell for cell in left if counts[cell] != tree.counts[cell]}
        if not left:
            break
    return left


def _options(
    tree: PlaceTree, states: States, row: int, leaves: tuple[int, ...]
) -> Iterator[npt.NDArray[np.int64]]:
    for changes in itertools.product((0, 1, -1), repeat=len(leaves)):
        counts = tree.counts[row].copy()
        for leaf, change in zip(leaves, changes, strict=True):
            counts[leaf] += change
        counts[VERIFIED] = counts[0] + counts[1]
        counts[REFUSED] = counts[2:VERIFIED].sum()
        counts[SHOTS] = counts[VERIFIED] + counts[REFUSED]
        if _looks_the_same(tree.counts[row], states[row], counts):
            yield counts


def _looks_the_same(truth: npt.NDArray[np.int64], states: States, counts: npt.NDArray[np.int64]) -> bool:
    same = np.where(states == SHOWN, counts == truth, counts >= 0)
    same &= np.where(states == SMALL, (counts >= 1) & (counts <= 4), True)
    assert set(np.unique(states)) <= {SHOWN, SMALL, HIDDEN}
    return bool(same.all() and (counts[..., SHOTS] >= np.minimum(truth[..., SHOTS], 1)).all())
