"""What became of a plan, counted from what is committed and from nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from signer import _core
from signer.campaign.issue_worker import PartCounts
from signer.campaign.plan import Plan
from signer.campaign.summary import Summary
from signer.errors import StoppedHalfWay
from signer.issuing.terms import campaign_name
from signer.registry import PartFiles, Registry

__all__ = ["PlanCounts", "RegistrySummary", "counts_of", "refuse_lost_rows"]


@dataclass(frozen=True)
class RegistrySummary(Summary):
    """All counts but `issued_now` are of the whole plan; `parts_before` were committed by earlier runs.

    `skipped` counts by reason the rows that needed no certificate.
    """

    plan: str
    parts_before: int
    issued_now: int
    skipped: Mapping[str, int]


@dataclass(frozen=True)
class PlanCounts:
    """The rows of a finished plan; `issued` by the number of the part."""

    plan: Plan
    counts: PartCounts
    issued: Mapping[int, int]
    skipped: Mapping[str, int]

    def summary(
        self, n_workers: int, refused_limit: float, before: Collection[int], seconds: float
    ) -> RegistrySummary:
        """The summary of a run that found the parts `before` committed, and took so long for the others."""
        plan, counts = self.plan, self.counts
        n_rows = sum(part.n_rows for part in plan.parts if part.number not in before)
        pictures = plan.subject.pictures
        return RegistrySummary(
            rows=plan.n_rows,
            issued=counts.issued,
            refused=counts.refused,
            by_reason=dict(sorted(counts.by_reason.items())),
            by_field=dict(sorted(counts.by_field.items())),
            refused_limit=refused_limit,
            seconds=round(seconds, 3),
            rate_per_s=round(n_rows / seconds, 1) if seconds > 0 else 0.0,
            workers=n_workers,
            pictures=None if pictures is None else pictures.format,
            cpu_level=_core.cpu_level(),
            parts=len(plan.parts),
            bytes=counts.bytes,
            campaign=campaign_name(plan.issued_at, plan.plan_id, plan.kind),
            kid=plan.parts[0].kid,
            iat=plan.issued_at,
            exp=plan.expires_at,
            plan=plan.plan_id,
            parts_before=len(before),
            issued_now=sum(n for part, n in self.issued.items() if part not in before),
            skipped=dict(sorted(self.skipped.items())),
        )


def counts_of(registry: Registry, plan: Plan) -> PlanCounts:
    """Counts a plan whose parts are all committed.

    Raises StoppedHalfWay where a part lacks rows, and RegistryUnreadable.
    """
    done = registry.committed_parts(plan.plan_id)
    counts, skipped = PartCounts(), Counter[str]()
    for part in plan.parts:
        files = done[part.number]
        refuse_lost_rows(registry, part.number, part.n_rows, files)
        counts.issued += files.certificates.rows
        counts.bytes += files.certificates.bytes + files.refused.bytes
        skipped.update(files.skipped)
    for refused in registry.read("refused", ["reason", "field"], plan_id=plan.plan_id):
        counts.count_refused(refused)
    issued = {part.number: done[part.number].certificates.rows for part in plan.parts}
    return PlanCounts(plan, counts, issued, skipped)


def refuse_lost_rows(registry: Registry, number: int, n_rows: int, files: PartFiles | None) -> None:
    """Raises StoppedHalfWay where a part has not as many rows as were planned."""
    found = 0 if files is None else files.certificates.rows + files.refused.rows + sum(files.skipped.values())
    if found != n_rows:
        raise StoppedHalfWay(
            f"{registry.path}: part {number} has {found} rows of {n_rows}; please report this mistake"
        )
