"""Reads ahead: the next item is made while the last one is worked with."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

__all__ = ["ahead"]

Item = TypeVar("Item")


def ahead(items: Iterator[Item]) -> Generator[Item, None, None]:
    """The same items and errors; one more than was asked for is made meanwhile, in a thread of its own."""

    def next_one() -> list[Item]:
        return list(islice(items, 1))

    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next_one)
        while made := coming.result():
            coming = thread.submit(next_one)
            yield from made
