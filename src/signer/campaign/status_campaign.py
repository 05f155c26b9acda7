"""One campaign of a registry: its plan, held against the parts of it that are in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from signer.campaign.plan import Plan
from signer.campaign.status_pace import Outlook, look_ahead, measure_rate
from signer.campaign.status_parts import DonePart

__all__ = ["CampaignStatus", "State", "look_at_campaign"]

State = Literal["finished", "running", "stopped", "given up"]


@dataclass(frozen=True)
class CampaignStatus:
    """Rows of the plan: `issued`, `refused` and `skipped`, by reason, are those of the parts that are done.

    `rate_per_s` are rows a second of the last run, None where that cannot be told; `last_commit_at` is in
    seconds since 1970. `faults` say where the rows of a part do not add up.
    """

    plan: Plan
    state: State
    parts_done: int
    rows_done: int
    issued: int
    refused: int
    skipped: Mapping[str, int]
    rate_per_s: float | None
    last_commit_at: float | None
    faults: tuple[str, ...]

    @property
    def parts_missing(self) -> int:
        return len(self.plan.parts) - self.parts_done

    @property
    def n_skipped(self) -> int:
        return sum(self.skipped.values())

    @property
    def rows_left(self) -> int:
        """The rows of the parts that are missing."""
        return self.plan.n_rows - self.rows_done

    @property
    def seconds_left(self) -> float | None:
        """At the rate of the last run, from now; None where that cannot be told, or nothing is to be done."""
        if not self.rate_per_s or self.state in ("finished", "given up"):
            return None
        return self.rows_left / self.rate_per_s

    def against(self, deadline: float, now: float) -> Outlook | None:
        """None for one that was given up, or renews. Times in seconds since 1970."""
        if self.state == "given up" or self.plan.kind == "renew":
            return None
        finished_at = self.last_commit_at if self.state == "finished" else None
        return look_ahead(deadline, now, self.rows_left, self.rate_per_s, finished_at)


def look_at_campaign(
    plan: Plan, parts: Sequence[DonePart], running: str | None, given_up: Collection[str], now: float
) -> CampaignStatus:
    """`running` is the id of the plan that is being worked at, `given_up` those that others stand in for."""
    planned = {part.number: part.n_rows for part in plan.parts}
    known = [part for part in parts if part.number in planned]
    state = _state(plan, len(known), running, given_up)
    skipped: Counter[str] = Counter()
    for part in known:
        skipped.update(part.skipped)
    return CampaignStatus(
        plan=plan,
        state=state,
        parts_done=len(known),
        rows_done=sum(planned[part.number] for part in known),
        issued=sum(part.issued for part in known),
        refused=sum(part.refused for part in known),
        skipped=dict(sorted(skipped.items())),
        rate_per_s=measure_rate(known, now if state == "running" else None),
        last_commit_at=max((part.committed_at for part in known), default=None),
        faults=tuple(_faults(plan, parts, planned)),
    )


def _state(plan: Plan, parts_done: int, running: str | None, given_up: Collection[str]) -> State:
    if parts_done == len(plan.parts):
        return "finished"
    if plan.plan_id == running:
        return "running"
    return "given up" if plan.plan_id in given_up else "stopped"


def _faults(plan: Plan, parts: Sequence[DonePart], planned: Mapping[int, int]) -> list[str]:
    faults = []
    for part in parts:
        if part.number not in planned:
            faults.append(f"plan {plan.plan_id}: part {part.number} is in, and is no part of the plan")
        elif part.n_rows != planned[part.number]:
            faults.append(
                f"plan {plan.plan_id}: part {part.number} has {planned[part.number]:,} rows, but"
                f" {part.issued:,} issued + {part.refused:,} refused + {part.n_skipped:,} skipped are"
                f" {part.n_rows:,}"
            )
    return faults
