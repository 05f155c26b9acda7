"""What an order names: criteria of one kind are alternatives, and all kinds must hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from signer.records.canonical import digest_of

__all__ = ["IDENTIFYING", "IN_BYTES", "Criteria"]

IN_BYTES = ("kid", "person_key")
IDENTIFYING = ("uvci", "shot_id", "person_key")
"""Kinds of which only the number is told: they may be many, and say whose certificate it is."""


@dataclass(frozen=True)
class Criteria:
    """`values` are texts by kind, or bytes (those of IN_BYTES); `lot_shots` are the shot_ids of the lots.

    A kind that was named and has no value, as all were wrong, holds of nothing. Both days are in UTC, and
    belong to what is named.
    """

    values: Mapping[str, Sequence[str | bytes]]
    issued_from: date | None = None
    issued_until: date | None = None
    lot_shots: Sequence[str] = ()

    @property
    def kinds(self) -> list[str]:
        """The kinds that are named, in the order of their names."""
        return sorted(self.values)

    def as_dict(self) -> dict[str, Any]:
        """What is recorded and shown: no identifiers, but how many."""
        return dict(self._told())

    def _told(self) -> Iterator[tuple[str, Any]]:
        for kind in self.kinds:
            values = self.values[kind]
            yield kind, {"count": len(values)} if kind in IDENTIFYING else list(map(_text, values))
        for name, day in (("issued_from", self.issued_from), ("issued_until", self.issued_until)):
            if day is not None:
                yield name, day.isoformat()

    @property
    def digest(self) -> str:
        """SHA-256 over all that is named, 64 hexadecimal digits."""
        named = {kind: sorted(map(_text, self.values[kind])) for kind in self.kinds}
        return digest_of({"named": named, "told": self.as_dict(), "lot_shots": sorted(self.lot_shots)})


def _text(value: str | bytes) -> str:
    return value.hex() if isinstance(value, bytes) else value
