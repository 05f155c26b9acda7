"""What an audit looked at and found; the JSON form is the contract that scripts read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signer.campaign.audit_faults import Faults
from signer.campaign.audit_parts import PlanProgress
from signer.registry.orphans import Orphan

__all__ = ["AuditSummary"]


@dataclass(frozen=True)
class AuditSummary:
    """Counts of files and rows, sizes in bytes, the time taken in seconds.

    `certificates`, `refused` and `skipped` are what the commits tell of; `verified` are the certificates that
    are sound, `unchecked` those in files that cannot be relied on. `trusted` tells whether the DSCs of the
    plans were held against others. `skipped` counts by reason. `orphans` are no fault.
    """

    registry: Path
    plans: Sequence[PlanProgress]
    files: int
    bytes: int
    certificates: int
    verified: int
    unchecked: int
    refused: int
    skipped: Mapping[str, int]
    revocations: int
    trusted: bool
    faults: Faults
    orphans: Sequence[Orphan]
    seconds: float
    rate_per_s: float
    workers: int

    @property
    def is_well(self) -> bool:
        """Whether there is no fault, and every certificate was looked at and is sound."""
        return not self.faults.total and self.verified == self.certificates

    def as_dict(self) -> dict[str, Any]:
        """The entries by their names, ready for JSON."""
        entries = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return entries | {
            "registry": str(self.registry),
            "is_well": self.is_well,
            "plans": [plan.as_dict() for plan in self.plans],
            "faults": {
                "total": self.faults.total,
                "by_kind": dict(sorted((+self.faults.counts).items())),
                "listed": [fault.as_dict() for fault in self.faults.in_order()],
            },
            "orphans": [orphan.as_dict() for orphan in self.orphans],
        }
