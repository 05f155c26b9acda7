"""What of the memory that a run may take is given to databases."""

from __future__ import annotations

import re

__all__ = ["bytes_of", "database_limit", "databases_at_a_time"]

UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
UNITS |= {"KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40}
BESIDE_BYTES = 300 * UNITS["MB"]
"""Python, Arrow and the batches that go by."""
SHARE = 0.75
"""The database holds more than it counts: what it has freed and not given back, and what it hands over."""
LEAST_BYTES = 150 * UNITS["MB"]
SORTING_BYTES = 450 * UNITS["MB"]
"""In these a database sorts a million rows, spilling; in half of them it was seen to give up."""


def database_limit(memory_limit: str, n_databases: int = 1) -> str:
    """The limit for each of the databases that are open at a time with which the whole process stays below
    `memory_limit`, such as "4GB".

    Below 600 MB the process takes what it must. What is no limit stays as it is, for the database to refuse.
    """
    whole = bytes_of(memory_limit, 0)
    if not whole:
        return memory_limit
    given = (int(whole * SHARE) - BESIDE_BYTES) // n_databases
    return f"{max(given, LEAST_BYTES) // UNITS['MB']}MB"


def databases_at_a_time(memory_limit: str) -> int:
    """How many databases may be open at a time: two where each gets enough to sort a table in."""
    return 2 if bytes_of(database_limit(memory_limit, 2), 0) >= SORTING_BYTES else 1


def bytes_of(memory_limit: str, otherwise: int) -> int:
    """The bytes of a limit such as "4GB"; `otherwise` for anything else."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?I?B)\s*", memory_limit.upper())
    return int(float(found[1]) * UNITS[found[2]]) if found and found[2] in UNITS else otherwise
