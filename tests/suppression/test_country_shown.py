"""Small counts of provinces stay hidden where those of the whole country are all shown."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signer.suppression.costs import HIDDEN, SHOWN, SMALL, States
from signer.suppression.places import PlaceTree, place_tree
from signer.suppression.swaps import hidden_cells_below_country

CLASSES, N_FIRST = ("day 1", "day 2", "name differs"), 2


def provinces(counts: list[list[int]]) -> PlaceTree:
    """A row of `counts` for each province, in the order of CLASSES; one without shots is not listed."""
    rows = [
        {"province": f"P{place}", "class": name, "shots": n}
        for place, row in enumerate(counts)
        for name, n in zip(CLASSES, row, strict=True)
        if n
    ]
    schema = pa.schema([("province", pa.string()), ("class", pa.string()), ("shots", pa.int64())])
    return place_tree(pa.Table.from_pylist(rows, schema), ["province"], CLASSES, N_FIRST)


def with_sums(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    first, others = counts[..., :N_FIRST].sum(-1), counts[..., N_FIRST:].sum(-1)
    return np.concatenate([counts, np.stack([first, others, first + others], -1)], -1)


def known_cells(tree: PlaceTree, states: States, smallest: int) -> set[tuple[int, int]]:
    """Hidden counts that are the same in all countries near this one of which the same is shown.

    All are tried out in which each count of a province differs by 1 at most. The country's counts are known.
    """
    truth, shown = tree.counts[1:, : len(CLASSES)], states[1:]
    n_cells = truth.size
    changes = np.array(list(itertools.product((0, 1, -1), repeat=n_cells)), np.int64)
    others = with_sums((truth.ravel() + changes).reshape(-1, *truth.shape))
    same = np.where(shown == SHOWN, others == tree.counts[1:], others >= 0)
    same &= np.where(shown == SMALL, (others >= 1) & (others < smallest), True)
    fits = same.all((1, 2)) & (others[..., -1] >= 1).all(1)
    fits &= (others.sum(1) == tree.counts[0]).all(1)
    differs = (others[fits] != tree.counts[1:]).any(0)
    return {(row + 1, column) for row, column in np.argwhere((shown != SHOWN) & ~differs).tolist()}


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 7), min_size=3, max_size=3), min_size=2, max_size=3), st.integers(2, 6)
)
def test_for_every_hidden_count_another_country_has_the_same_page(
    counts: list[list[int]], smallest: int
) -> None:
    tree = provinces(counts)
    states = hidden_cells_below_country(tree, smallest)
    if states is None or len(tree.names) == 1:
        return
    assert (states[0] == SHOWN).all()
    is_small = (tree.counts[1:] > 0) & (tree.counts[1:] < smallest)
    assert (states[1:][is_small] != SHOWN).all()
    assert known_cells(tree, states, smallest) == set()


def test_small_counts_alone_would_follow_from_the_country() -> None:
    """So that the test above can fail."""
    tree = provinces([[50, 20, 3], [60, 30, 9]])
    states = np.where((tree.counts > 0) & (tree.counts < 5), SMALL, SHOWN).astype(np.int8)
    states[0] = SHOWN
    assert known_cells(tree, states, 5) == {(1, 2), (1, 4)}  # also as a sum


@pytest.mark.parametrize("counts", [[[9, 9, 3]], [[1, 0, 0], [1, 0, 0]], [[2, 0, 0], [0, 0, 0]]])
def test_nothing_is_shown_where_a_small_count_would_follow_whatever_is_hidden(
    counts: list[list[int]],
) -> None:
    assert hidden_cells_below_country(provinces(counts), 5) is None


def test_where_nothing_is_small_all_is_shown() -> None:
    states = hidden_cells_below_country(provinces([[50, 20, 7], [60, 0, 9], [5, 5, 5]]), 5)
    assert states is not None
    assert (states == SHOWN).all()


def test_a_greater_least_count_hides_more() -> None:
    tree = provinces([[50, 20, 7], [60, 30, 9], [70, 40, 40]])
    assert not np.any(hidden_cells_below_country(tree, 5))
    states = hidden_cells_below_country(tree, 10)
    assert states is not None
    assert states[1, 2] in (SMALL, HIDDEN)
    assert states[2, 2] in (SMALL, HIDDEN)
