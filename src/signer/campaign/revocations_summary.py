"""What was written for verifiers and the gateway; summary.json and --json hold the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["BatchCounts", "RevocationsSummary"]


@dataclass(frozen=True)
class BatchCounts:
    """Batches of one hash type, and the hashes in them."""

    batches: int
    entries: int


@dataclass(frozen=True)
class RevocationsSummary:
    """`version` is that of the table of revocations; `until`, which names it with a digest, is to be given as
    --since the next time; `since` as asked.

    `certificates` are revoked, with `signatures` ever made of them; `expired` of them are in the lists and in
    no batch. `restored` were revoked by an order and are no more, since `since` where that is asked.
    `filter_*`: the compact list. `batches` by hash type; `is_signed` tells whether they are in CMS.
    """

    country: str
    made_at: str
    version: int
    since: str | None
    until: str
    certificates: int
    signatures: int
    expired: int
    restored: int
    false_positive_rate: float
    filter_bits: int
    filter_hashes: int
    batches: Mapping[str, BatchCounts]
    is_signed: bool
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """The entries by their names, ready for JSON."""
        return asdict(self)
