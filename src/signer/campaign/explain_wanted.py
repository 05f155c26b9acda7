"""Which rows of cleaned shots are wanted: those of a number, of some shots, or of a name and birth."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from signer import _core

__all__ = ["OfName", "OfPerson", "OfShots", "Wanted"]


class Wanted(Protocol):
    """`find` gives the places (uint64, from 0) of the wanted ones among rows with these `columns`."""

    columns: ClassVar[list[str]]

    def find(self, rows: pa.Table) -> pa.Array: ...


@dataclass(frozen=True)
class OfPerson:
    """Shots under a number, written as it is there."""

    columns: ClassVar[list[str]] = ["person_id"]
    person_id: str

    def find(self, rows: pa.Table) -> pa.Array:
        return _places(pc.equal(rows.column("person_id"), self.person_id))


@dataclass(frozen=True)
class OfShots:
    """Some shots."""

    columns: ClassVar[list[str]] = ["shot_id"]
    shot_ids: Collection[str]

    def find(self, rows: pa.Table) -> pa.Array:
        wanted = pa.array(sorted(self.shot_ids), pa.string())
        return _places(pc.is_in(rows.column("shot_id"), wanted))


@dataclass(frozen=True)
class OfName:
    """Shots under a name, as docs/cleaning.md compares names, and a date of birth.

    Where one of the two dates says less than the other, what both say must agree.
    """

    columns: ClassVar[list[str]] = ["full_name", "date_of_birth"]
    full_name: str
    date_of_birth: str

    def find(self, rows: pa.Table) -> pa.Array:
        births = rows.column("date_of_birth")
        parts = self.date_of_birth.split("-")
        as_much_or_less = pa.array(["-".join(parts[:n]) for n in range(1, len(parts) + 1)])
        says_more = pc.starts_with(births, f"{self.date_of_birth}-")
        places = _places(pc.or_(pc.is_in(births, as_much_or_less), says_more))
        names = pa.array(rows.column("full_name").take(places).combine_chunks())
        (key,) = _core.name_keys(pa.array([self.full_name]))
        return places.take(_places(pc.equal(_core.name_keys(names), key)))


def _places(mask: pa.Array | pa.ChunkedArray) -> pa.Array:
    return pc.indices_nonzero(pc.fill_null(mask, False))
