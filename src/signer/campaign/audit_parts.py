"""Holds the parts that are committed against the plans: each in both tables once, and no row lost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from signer.campaign.audit_faults import Fault, Faults
from signer.campaign.plan import Plan, PlannedPart
from signer.registry.reading import CommittedFile

__all__ = ["PlanProgress", "check_parts", "progress_of", "skipped_rows"]

Parts = dict[int, list[CommittedFile]]
REPORT = "keep the registry as it is and report this mistake"


@dataclass(frozen=True)
class PlanProgress:
    """How far a plan has come: `missing` parts are not in both tables; rows of those that are.

    `skipped` counts by reason; `given_up_for` is the plan that was made instead, where there is one.
    """

    plan: str
    parts: int
    missing: tuple[int, ...]
    rows_done: int
    issued: int
    refused: int
    skipped: Mapping[str, int]
    given_up_for: str | None

    def as_dict(self) -> dict[str, Any]:
        """By the names that `signer status` has for the same."""
        n_missing = len(self.missing)
        return asdict(self) | {"parts_done": self.parts - n_missing, "parts_missing": n_missing}


def check_parts(
    certificates: Sequence[CommittedFile],
    refused: Sequence[CommittedFile],
    plans: Mapping[str, Plan],
    faults: Faults,
) -> None:
    """Adds what is wrong with a part, by what the commits and the plans say of it; no file is opened.

    A part in `refused` alone is no fault: a run was stopped between the two commits, and can be gone on with.
    """
    by_table = _by_plan(certificates), _by_plan(refused)
    for plan_id in sorted({*by_table[0], *by_table[1]}):
        issued, left = by_table[0][plan_id], by_table[1][plan_id]
        for number in sorted({*issued, *left}):
            for told in _wrong_with(issued.get(number, []), left.get(number, []), plans.get(plan_id), number):
                place = (issued.get(number) or left[number])[0].path
                message = f"plan {plan_id}, part {number} ({place}): {told}"
                faults.add(Fault("part", message, str(place), plan_id, number))


def progress_of(
    certificates: Sequence[CommittedFile], refused: Sequence[CommittedFile], plans: Mapping[str, Plan]
) -> list[PlanProgress]:
    """How far each plan has come, by their ids."""
    by_table = _by_plan(certificates), _by_plan(refused)
    successor = {former: plan_id for plan_id, plan in plans.items() for former in plan.instead_of}
    return [
        _progress(plan, by_table[0][plan_id], by_table[1][plan_id], successor.get(plan_id))
        for plan_id, plan in sorted(plans.items())
    ]


def skipped_rows(files: Iterable[CommittedFile]) -> dict[str, int]:
    """The rows that these files of certificates have left out, by reason."""
    skipped: Counter[str] = Counter()
    for file in files:
        skipped.update(file.skipped)
    return dict(sorted(skipped.items()))


def _by_plan(files: Sequence[CommittedFile]) -> defaultdict[str, Parts]:
    found: defaultdict[str, Parts] = defaultdict(dict)
    for file in files:
        found[file.plan_id].setdefault(file.part, []).append(file)
    return found


def _wrong_with(
    issued: Sequence[CommittedFile], refused: Sequence[CommittedFile], plan: Plan | None, number: int
) -> Iterator[str]:
    for files, table in ((issued, "certificates"), (refused, "refused")):
        if len(files) > 1:
            yield f"was committed {len(files)} times to {table}; {REPORT}"
    if issued and not refused:
        yield f"is in certificates and not in refused; {REPORT}"
    if plan is None:
        yield "its plan is missing or damaged; put it back from a copy of the registry"
        return
    planned = {part.number: part for part in plan.parts}.get(number)
    if planned is None:
        yield f"its plan has {len(plan.parts)} parts and not this one; {REPORT}"
    elif issued and refused:
        yield from _lost_rows(issued[0], refused[0], planned)


def _lost_rows(issued: CommittedFile, refused: CommittedFile, planned: PlannedPart) -> Iterator[str]:
    skipped = sum(issued.skipped.values())
    if issued.file.rows + refused.file.rows + skipped != planned.n_rows:
        yield (
            f"of {planned.n_rows:,} rows {issued.file.rows:,} were issued, {refused.file.rows:,} refused"
            f" and {skipped:,} skipped, which is not all; {REPORT}"
        )


def _progress(plan: Plan, issued: Parts, refused: Parts, given_up_for: str | None) -> PlanProgress:
    there = [part for part in plan.parts if part.number in issued and part.number in refused]
    return PlanProgress(
        plan=plan.plan_id,
        parts=len(plan.parts),
        missing=tuple(sorted({part.number for part in plan.parts} - {part.number for part in there})),
        rows_done=sum(part.n_rows for part in there),
        issued=sum(issued[part.number][0].file.rows for part in there),
        refused=sum(refused[part.number][0].file.rows for part in there),
        skipped=skipped_rows(issued[part.number][0] for part in there),
        given_up_for=given_up_for,
    )
