"""Which certificates are asked for, and which rows of a batch those are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

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
        parts += [f"province {', '.join(self.provinces)}"] if self.provinces else []
        parts += [f"facility {', '.join(self.facilities)}"] if self.facilities else []
        parts += [f"issued from {self.issued_from} (UTC)"] if self.issued_from else []
        parts += [f"issued until {self.issued_until} (UTC)"] if self.issued_until else []
        return "; ".join(parts) or "all"

    @property
    def ids(self) -> Mapping[str, Sequence[str]]:
        """The ids asked for, by column."""
        return {"uvci": self.uvcis, "shot_id": self.shot_ids}


@dataclass(frozen=True)
class NotFound:
    """An id that was asked for and that no selected certificate has; `column` is uvci or shot_id."""

    column: str
    id: str


@dataclass
class Sieve:
    """Picks the selected rows of one batch after the other, and remembers which ids came up."""

    selection: Selection
    _found: dict[str, set[str]] = field(default_factory=lambda: {"uvci": set(), "shot_id": set()})

    def __call__(self, batch: pa.RecordBatch) -> pa.BooleanArray:
        """True for each selected row. Needs uvci, shot_id, province, facility and iat."""
        chosen = pa.repeat(True, len(batch))
        for mask in (self._by_place(batch), self._by_day(batch), self._by_id(batch)):
            if mask is not None:
                chosen = pc.and_(chosen, mask)
        self._note_found(batch, chosen)
        return chosen

    def not_found(self) -> list[NotFound]:
        """The ids asked for that no batch had, in their order, each once."""
        return [
            NotFound(column, each)
            for column, asked in self.selection.ids.items()
            for each in dict.fromkeys(asked)
            if each not in self._found[column]
        ]

    def _by_place(self, batch: pa.RecordBatch) -> pa.BooleanArray | None:
        asked = (("province", self.selection.provinces), ("facility", self.selection.facilities))
        masks = [
            pc.is_in(place_keys(batch.column(column)), value_set=_texts(map(place_key, places)))
            for column, places in asked
            if places
        ]
        return _all_of(masks)

    def _by_day(self, batch: pa.RecordBatch) -> pa.BooleanArray | None:
        first, last = self.selection.issued_from, self.selection.issued_until
        iat, masks = batch.column("iat"), []
        if first:
            masks.append(pc.greater_equal(iat, _midnight(first)))
        if last:
            masks.append(pc.less(iat, _midnight(last + timedelta(days=1))))
        mask = _all_of(masks)
        return None if mask is None else pc.fill_null(mask, False)

    def _by_id(self, batch: pa.RecordBatch) -> pa.BooleanArray | None:
        masks = [
            pc.is_in(batch.column(column), value_set=_texts(asked))
            for column, asked in self.selection.ids.items()
            if asked
        ]
        return pc.or_(*masks) if len(masks) == 2 else _all_of(masks)

    def _note_found(self, batch: pa.RecordBatch, chosen: pa.BooleanArray) -> None:
        for column, asked in self.selection.ids.items():
            if asked:
                self._found[column].update(batch.column(column).filter(chosen).to_pylist())


def _texts(texts: Any) -> pa.StringArray:
    return pa.array(list(texts), pa.string())


def _all_of(masks: Sequence[pa.BooleanArray]) -> pa.BooleanArray | None:
    if not masks:
        return None
    both = masks[0]
    for mask in masks[1:]:
        both = pc.and_(both, mask)
    return both


def _midnight(day: date) -> pa.Scalar:
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return pa.scalar(int(moment.timestamp()) * 1_000_000, pa.int64()).cast(pa.timestamp("us", tz="UTC"))
