"""What a night of renewing did, in numbers; the JSON form is the contract that scripts read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from signer import _core
from signer.campaign.plan import Plan
from signer.campaign.registry_summary import counts_of
from signer.issuing.terms import IssueTerms
from signer.registry import Registry

__all__ = ["RenewalSummary", "summarise"]


@dataclass(frozen=True)
class RenewalSummary:
    """Counts of certificates, of the whole night; `renewed_now` and the rate are of this run alone.

    `due` had to be renewed in this night, of which `lapsed` had expired before; `left_over` are those of them
    that a limit has put off. `held_back` were tried once more, as their renewal was refused before; they are
    not among the due. `plan` is None where there was nothing to renew. Times in seconds since 1970,
    sizes in bytes.
    """

    night: str
    plan: str | None
    seconds: float
    rate_per_s: float
    workers: int
    cpu_level: str
    refused_limit: float
    kid: str
    iat: int
    exp: int
    due: int = 0
    lapsed: int = 0
    left_over: int = 0
    held_back: int = 0
    selected: int = 0
    renewed: int = 0
    renewed_now: int = 0
    refused: int = 0
    by_reason: Mapping[str, int] = field(default_factory=dict)
    skipped: Mapping[str, int] = field(default_factory=dict)
    parts: int = 0
    parts_before: int = 0
    bytes: int = 0

    @property
    def is_above_limit(self) -> bool:
        """Whether of those tried for the first time a greater share was refused than the profile allows.

        Who is held back was counted in the night that refused them: the dead stay so, and would make every
        later night a bad one. Of them only those count that were renewed after all.
        """
        return self.refused > self.refused_limit * (self.renewed + self.refused)

    def as_dict(self) -> dict[str, Any]:
        """The entries by their names, ready for JSON."""
        return asdict(self)


def summarise(
    registry: Registry,
    night: str,
    terms: IssueTerms,
    plan: Plan | None,
    *,
    before: Collection[int],
    n_workers: int,
    seconds: float,
) -> RenewalSummary:
    """The summary of a run that found the parts `before` committed. Raises StoppedHalfWay where rows lack."""
    counts: dict[str, Any] = {} if plan is None else _counts(registry, plan, before)
    n_now = counts.get("renewed_now", 0)
    return RenewalSummary(
        night=night,
        plan=None if plan is None else plan.plan_id,
        seconds=round(seconds, 3),
        rate_per_s=round(n_now / seconds, 1) if seconds > 0 else 0.0,
        workers=n_workers,
        cpu_level=_core.cpu_level(),
        refused_limit=terms.profile.refused_limit,
        kid=terms.kid.hex(),
        iat=terms.issued_at,
        exp=terms.expires_at,
        **counts,
    )


def _counts(registry: Registry, plan: Plan, before: Collection[int]) -> dict[str, Any]:
    found = counts_of(registry, plan)
    n_due, n_lapsed, n_held_back = 0, 0, 0
    if plan.selection is not None:
        n_due, n_lapsed = plan.selection.n_due, plan.selection.n_lapsed
        n_held_back = plan.selection.n_held_back
    return {
        "due": n_due,
        "lapsed": n_lapsed,
        "left_over": max(0, n_due - (plan.n_rows - n_held_back)),
        "held_back": n_held_back,
        "selected": plan.n_rows,
        "renewed": found.counts.issued,
        "renewed_now": sum(n for part, n in found.issued.items() if part not in before),
        "refused": found.counts.refused,
        "by_reason": dict(sorted(found.counts.by_reason.items())),
        "skipped": dict(sorted(found.skipped.items())),
        "parts": len(plan.parts),
        "parts_before": len(before),
        "bytes": found.counts.bytes,
    }
