"""What came of an order to revoke or restore, or would come of it; the JSON form is a contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from signer.revoking.batches import MOST_ENTRIES
from signer.revoking.hashes import HASH_TYPES
from signer.revoking.selection import KeyCover, OrderCounts

__all__ = ["KeyCost", "RevokeSummary"]


@dataclass(frozen=True)
class KeyCost:
    """What the order costs under one kid: `batches` at the gateway; else the DSC could go off its trust list.

    `not_meant` are the certificates that would go with the DSC, and that the order does not name;
    `under_others` those that it names and that would stay valid under another kid.
    """

    kid: bytes
    unexpired: int
    covered: int
    under_others: int

    @classmethod
    def of(cls, cover: KeyCover) -> KeyCost:
        return cls(cover.kid, cover.unexpired, cover.covered, cover.under_others)

    @property
    def share(self) -> float:
        return self.covered / self.unexpired

    @property
    def batches(self) -> int:
        return len(HASH_TYPES) * -(-self.covered // MOST_ENTRIES)

    @property
    def not_meant(self) -> int:
        return self.unexpired - self.covered

    @property
    def is_cheaper(self) -> bool:
        """Whether to withdraw the kid does just what the order does."""
        return not self.not_meant and not self.under_others

    def as_dict(self) -> dict[str, Any]:
        return {
            "kid": self.kid.hex(),
            "unexpired": self.unexpired,
            "covered": self.covered,
            "share": round(self.share, 6),
            "batches": self.batches,
            "not_meant": self.not_meant,
            "under_others": self.under_others,
            "is_cheaper": self.is_cheaper,
        }


@dataclass(frozen=True)
class RevokeSummary:
    """`order` and `campaign` are None where nothing was recorded: in a dry run, or as nothing was left to do.

    `counts` as in `OrderCounts`. `not_found` and `faults` say what of the order is in no certificate or
    cannot be; `by_province` counts the targets, null for those without a province.
    """

    registry: Path
    action: str
    dry_run: bool
    order: str | None
    campaign: str | None
    reason: str
    ordered_by: str
    ordered_at: str
    criteria: dict[str, Any]
    counts: OrderCounts
    by_province: Sequence[tuple[str | None, int]]
    keys: Sequence[KeyCost]
    not_found: Sequence[str]
    faults: Sequence[str]
    seconds: float

    @property
    def is_complete(self) -> bool:
        """Whether all that was named was found."""
        return not self.not_found and not self.faults and self.counts.selected > 0

    def as_dict(self) -> dict[str, Any]:
        """The entries by their names, ready for JSON."""
        own = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "counts"}
        return own | {
            "registry": str(self.registry),
            "is_complete": self.is_complete,
            **asdict(self.counts),
            "by_province": [{"province": name, "certificates": n} for name, n in self.by_province],
            "keys": [key.as_dict() for key in self.keys],
        }
