"""Finds wanted rows among those of a table of cleaned shots."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from signer import _core
from signer.campaign.explain_wanted import OfName, OfPerson, OfShots, Wanted

__all__ = ["columns_of", "places_of"]


def columns_of(wanted: Wanted) -> list[str]:
    """The columns by which wanted rows are told."""
    match wanted:
        case OfPerson():
            return ["person_id"]
        case OfShots():
            return ["shot_id"]
        case OfName():
            return ["full_name", "date_of_birth"]


def places_of(wanted: Wanted, rows: pa.Table) -> pa.Array:
    """The places (uint64, from 0) of the wanted ones among rows with those columns."""
    match wanted:
        case OfPerson(person_id):
            return _places(pc.equal(rows.column("person_id"), person_id))
        case OfShots(shot_ids):
            return _places(pc.is_in(rows.column("shot_id"), pa.array(sorted(shot_ids), pa.string())))
        case OfName():
            return _of_name(wanted, rows)


def _of_name(wanted: OfName, rows: pa.Table) -> pa.Array:
    births = rows.column("date_of_birth")
    parts = wanted.date_of_birth.split("-")
    as_much_or_less = pa.array(["-".join(parts[:n]) for n in range(1, len(parts) + 1)])
    says_more = pc.starts_with(births, f"{wanted.date_of_birth}-")
    places = _places(pc.or_(pc.is_in(births, as_much_or_less), says_more))
    names = rows.column("full_name").take(places).combine_chunks()
    (key,) = _core.name_keys(pa.array([wanted.full_name]))
    return places.take(_places(pc.equal(_core.name_keys(names), key)))


def _places(mask: pa.Array | pa.ChunkedArray) -> pa.Array:
    return pc.indices_nonzero(pc.fill_null(mask, False))
