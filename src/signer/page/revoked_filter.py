"""A revocation filter in the form that a browser takes."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any

__all__ = ["RevokedFilter"]


@dataclass(frozen=True, slots=True)
class RevokedFilter:
    """What a country has revoked, as a Bloom filter of `octets` (docs/revocation.md), wrong at a `rate`."""

    country: str
    made_at: datetime
    n_entries: int
    rate: float
    n_positions: int
    octets: bytes

    def as_json(self) -> dict[str, Any]:
        """For the page: the filter in base64."""
        return {
            "country": self.country,
            "made_at": self.made_at.isoformat(timespec="seconds"),
            "entries": self.n_entries,
            "rate": self.rate,
            "positions": self.n_positions,
            "filter": base64.b64encode(self.octets).decode(),
        }
