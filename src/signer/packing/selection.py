"""Which certificates are asked for, and which rows of a batch those are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from signer.packing.places import place_key, place_keys

__all__ = ["NotFound", "Selection", "Sieve"]


@dataclass(frozen=True)
class Selection:
    """What was asked for; nothing means all.

    A certificate is selected if its uvci or its shot_id is among those asked for (if any is), and its
    province, its facility and the UTC day of its iat are (each, if asked for). Both days belong to it.
    """

    uvcis: Sequence[str] = ()
    shot_ids: Sequence[str] = ()
    provinces: Sequence[str] = ()
    facilities: Sequence[str] = ()
    issued_from: date | None = None
    issued_until: date | None = None

    def __str__(self) -> str:
        """For messages; of ids only how many, as they may be many."""
        parts = [f"{len(ids)} {column}" for column, ids in self.ids.items() if ids]
        parts += [f"{column} {', '.join(places)}" for column, places in self.places.items() if places]
        parts += [f"issued from {self.issued_from} (UTC)"] if self.issued_from else []
        parts += [f"issued until {self.issued_until} (UTC)"] if self.issued_until else []
        return "; ".join(parts) or "all"

    @property
    def places(self) -> Mapping[str, Sequence[str]]:
        """The places asked for, by column."""
        return {"province": self.provinces, "facility": self.facilities}

    @property
    def ids(self) -> Mapping[str, Sequence[str]]:
        """The ids asked for, by column."""
        return {"uvci": self.uvcis, "shot_id": self.shot_ids}


@dataclass(frozen=True)
class NotFound:
    """What was asked for in a column, and no selected certificate has."""

    column: str
    value: str


class Sieve:
    """Picks the selected rows of one batch after the other, and remembers what was not met yet."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._ids = {column: ids for column, ids in selection.ids.items() if ids}
        self._places = {  # by their keys, as rows are compared by these
            column: [*map(place_key, places)] for column, places in selection.places.items() if places
        }
        asked = {**self._ids, **self._places}
        self._asked = {column: pa.array(values, pa.string()) for column, values in asked.items()}
        self._not_met = {column: dict.fromkeys(values) for column, values in asked.items()}

    def __call__(self, batch: pa.RecordBatch, in_force: pa.BooleanArray) -> pa.BooleanArray:
        """True for each selected row not withdrawn. Needs uvci, shot_id, province, facility and iat."""
        columns = {column: batch.column(column) for column in self._ids}
        columns |= {column: place_keys(batch.column(column)) for column in self._places}
        among = {
            column: pc.is_in(values, value_set=self._asked[column]) for column, values in columns.items()
        }
        chosen = pa.repeat(not self._ids, len(batch))
        for column in self._ids:
            chosen = pc.or_(chosen, among[column])
        for mask in (in_force, *(among[column] for column in self._places), *self._by_day(batch)):
            chosen = pc.and_(chosen, mask)
        for column, values in columns.items():
            for met in values.filter(chosen).unique().to_pylist():
                self._not_met[column].pop(met, None)
        return chosen

    def not_found(self) -> list[NotFound]:
        """What was asked for and no selected row had, in its order, each once."""
        return [NotFound(column, value) for column, values in self._not_met.items() for value in values]

    def _by_day(self, batch: pa.RecordBatch) -> Iterator[pa.BooleanArray]:
        first, last = self._selection.issued_from, self._selection.issued_until
        if first:
            yield pc.fill_null(pc.greater_equal(batch.column("iat"), _midnight(first)), False)
        if last:
            yield pc.fill_null(pc.less(batch.column("iat"), _midnight(last + timedelta(days=1))), False)


def _midnight(day: date) -> pa.Scalar:
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return pa.scalar(int(moment.timestamp()) * 1_000_000, pa.int64()).cast(pa.timestamp("us", tz="UTC"))
