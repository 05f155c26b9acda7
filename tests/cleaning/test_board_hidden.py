"""What the board hides stays hidden: whoever adds and subtracts what it shows finds no count of 1 to 4."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_counts import cells_with_one_value, counts_table, determined_cells

from signer.cleaning.board_places import COLUMNS, LEAVES, VERIFIED, tree_of
from signer.suppression.costs import SHOWN, SMALL
from signer.suppression.places import PlaceTree
from signer.suppression.swaps import hidden_cells

FEW_LEAVES = ("matched", "name_differs", "birth_differs")
SMALL_NATIONS = (((2,),), ((1, 1),), ((1,), (1,)), ((2, 1),), ((3,),), ((2,), (1,)), ((1,),))
"""Provinces of districts of so many facilities: few enough to try out every country that is near."""


def nation_of(shape: tuple[tuple[int, ...], ...], values: list[int], names: tuple[str, ...]) -> PlaceTree:
    """Facilities with the values for their classes, one after the other."""
    left = iter(values)
    counts = {
        (f"P{p}", f"D{d}", f"F{f}"): {name: next(left) for name in names}
        for p, districts in enumerate(shape)
        for d, n_facilities in enumerate(districts)
        for f in range(n_facilities)
    }
    return tree_of(counts_table(counts))


@st.composite
def small_nations(draw: st.DrawFn) -> PlaceTree:
    shape = draw(st.sampled_from(SMALL_NATIONS))
    n_values = sum(map(sum, shape)) * len(FEW_LEAVES)
    values = draw(st.lists(st.integers(0, 7), min_size=n_values, max_size=n_values))
    return nation_of(shape, values, FEW_LEAVES)


def check_shown(tree: PlaceTree) -> None:
    """Of 1 to 4 nothing is ever shown."""
    states = hidden_cells(tree)
    is_small = (tree.counts > 0) & (tree.counts < 5)
    assert (states[is_small] != SHOWN).all()


@settings(deadline=None)
@given(small_nations())
def test_for_every_hidden_count_there_is_another_country_with_the_same_board(tree: PlaceTree) -> None:
    """Even for who takes the marks at their word and knows that no count is negative."""
    check_shown(tree)
    assert cells_with_one_value(tree, hidden_cells(tree)) == set()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([1, 3, 10, 60]))
def test_no_hidden_count_follows_from_the_sums(seed: int, usual: int) -> None:
    """Solves the equations between all counts of a nation of 3 x 3 x 3 facilities."""
    drawn = random.Random(seed)
    names = LEAVES[:7]
    values = [int(drawn.expovariate(1 / usual)) for _ in range(27 * len(names))]
    tree = nation_of(((3,) * 3,) * 3, values, names)
    check_shown(tree)
    assert determined_cells(tree, hidden_cells(tree)) == set()


def test_small_counts_alone_would_follow() -> None:
    """So that the two tests above can fail: nothing is hidden beside the small counts themselves."""
    tree = nation_of(((2,), (1,)), [50, 1, 9, 60, 8, 0, 70, 20, 30], FEW_LEAVES)
    states = np.where((tree.counts > 0) & (tree.counts < 5), SMALL, SHOWN).astype(np.int8)
    assert {tree.names[row][-1:] for row, _ in determined_cells(tree, states)} == {("F0",)}
    assert cells_with_one_value(tree, states)


def test_marks_taken_at_their_word_would_tell_two_ones() -> None:
    """Two counts "<5" that make 2 are 1 each: one of them must be a mark that says nothing."""
    tree = nation_of(((1,),), [98, 1, 1], FEW_LEAVES)
    states = np.where((tree.counts > 0) & (tree.counts < 5), SMALL, SHOWN).astype(np.int8)
    assert cells_with_one_value(tree, states)
    assert cells_with_one_value(tree, hidden_cells(tree)) == set()


def test_where_nothing_is_small_nothing_is_hidden() -> None:
    tree = nation_of(((2, 2), (3,)), [100, 5, 0] * 7, FEW_LEAVES)
    assert not hidden_cells(tree).any()


def test_the_dearest_counts_are_hidden_last() -> None:
    """All shots and the verified ones are what people want to know: reasons are hidden in their place."""
    names = LEAVES[:8]
    drawn = random.Random(7)
    values = [
        drawn.randrange(500, 5000) if name == "matched" else int(drawn.expovariate(1 / 15))
        for _ in range(4 * 4 * 8)
        for name in names
    ]
    tree = nation_of(((8,) * 4,) * 4, values, names)
    states = hidden_cells(tree)
    hidden = {name: int(np.count_nonzero(states[:, column])) for column, name in enumerate(COLUMNS)}
    assert hidden["shots"] == hidden["verified"] == hidden["refused"] == 0
    reasons = states[:, 2:VERIFIED]
    assert 0 < np.count_nonzero(reasons) < reasons.size / 2


@pytest.mark.parametrize("values", [[1, 0, 0], [0, 0, 4], [4, 0, 0], [1, 1, 1], [4, 4, 4]])
def test_a_country_of_a_single_facility_is_hidden_as_far_as_it_must(values: list[int]) -> None:
    tree = nation_of(((1,),), values, FEW_LEAVES)
    check_shown(tree)
    assert cells_with_one_value(tree, hidden_cells(tree)) == set()
