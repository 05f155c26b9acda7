"""What a run did, in numbers; the JSON form is the contract that scripts read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Summary"]


@dataclass(frozen=True)
class Summary:
    """Counts of rows, the time taken in seconds, sizes in bytes; `iat` and `exp` in seconds since 1970.

    `pictures` is their format.
    """

    rows: int
    issued: int
    refused: int
    by_reason: Mapping[str, int]
    by_field: Mapping[str, int]
    refused_limit: float
    seconds: float
    rate_per_s: float
    workers: int
    pictures: str | None
    cpu_level: str
    parts: int
    bytes: int
    campaign: str
    kid: str
    iat: int
    exp: int

    @property
    def is_above_limit(self) -> bool:
        """Whether a greater share of the rows was refused than the profile allows."""
        return self.refused > self.refused_limit * self.rows

    def as_dict(self) -> dict[str, Any]:
        """The entries by their names, ready for JSON."""
        return asdict(self)
