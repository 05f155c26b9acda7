"""What is read ahead: the same items and errors, the next one made meanwhile, and no more than that."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from signer.errors import InputUnreadable
from signer.tables.read_ahead import ahead

WAIT_S = 30  # for what comes at once unless it never comes


@pytest.mark.parametrize("n_items", [0, 1, 2, 100])
def test_the_items_come_in_their_order(n_items: int) -> None:
    assert list(ahead(iter(range(n_items)))) == list(range(n_items))


def test_an_error_comes_behind_the_items_before_it() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise InputUnreadable("row 1 cannot be read")

    items = ahead(broken())
    assert next(items) == 1
    with pytest.raises(InputUnreadable, match="row 1"):
        next(items)


def test_one_item_is_made_while_the_last_is_worked_with_and_no_more() -> None:
    made: list[int] = []
    second, third = threading.Event(), threading.Event()

    def items() -> Iterator[int]:
        for number, event in enumerate((threading.Event(), second, third)):
            made.append(number)
            event.set()
            yield number

    coming = ahead(items())
    assert next(coming) == 0
    assert second.wait(WAIT_S)
    assert made == [0, 1]
    assert next(coming) == 1
    assert third.wait(WAIT_S)


def test_who_stops_early_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    with closing(ahead(iter(range(100)))) as coming:
        next(coming)
    assert threading.active_count() == before
