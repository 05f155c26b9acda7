"""Which cleaned shots are wanted: those of a number, of some ids, or of a name and birth."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

__all__ = ["OfName", "OfPerson", "OfShots", "Wanted"]


@dataclass(frozen=True)
class OfPerson:
    """Shots under a number, written as it is there."""

    person_id: str


@dataclass(frozen=True)
class OfShots:
    """Shots by their ids."""

    shot_ids: Collection[str]


@dataclass(frozen=True)
class OfName:
    """Shots under a name, as docs/cleaning.md compares names, and a date of birth.

    Where one of the two dates says less than the other, what both say must agree.
    """

    full_name: str
    date_of_birth: str


Wanted = OfPerson | OfShots | OfName
