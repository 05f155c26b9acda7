"""How much of the memory of a run the database gets."""

from __future__ import annotations

import pytest

from signer.tables.memory import database_limit, databases_at_a_time


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("4GB", "2700MB"),
        ("4 gb", "2700MB"),
        ("1GB", "450MB"),
        ("1.5GB", "825MB"),
        ("1GiB", "505MB"),
        ("1024MiB", "505MB"),
        ("1048576KiB", "505MB"),
        ("100MB", "150MB"),
        ("0MB", "0MB"),
        ("80%", "80%"),
        ("much", "much"),
        ("-1", "-1"),
    ],
)
def test_the_database_gets_less_than_the_process_may_take(asked: str, given: str) -> None:
    assert database_limit(asked) == given


def test_databases_that_are_open_at_a_time_share_it() -> None:
    assert database_limit("4GB", 2) == "1350MB"
    assert database_limit("1GB", 2) == "225MB"
    assert database_limit("much", 2) == "much"


@pytest.mark.parametrize(
    ("asked", "number"), [("4GB", 2), ("1.6GB", 2), ("1.5GB", 1), ("1GB", 1), ("80%", 1)]
)
def test_two_databases_are_open_where_each_can_sort(asked: str, number: int) -> None:
    assert databases_at_a_time(asked) == number
