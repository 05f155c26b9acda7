"""Settles which plan a run goes by: the stored one where it was begun already, or a new one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from signer.campaign.issue_parts import ROWS_PER_PART
from signer.campaign.plan import InputFile, Per, Plan, Subject, plan_parts
from signer.campaign.plan_changes import refuse_changed_inputs, refuse_changed_run, refuse_other_owner
from signer.campaign.plan_encoder import encoder_here
from signer.campaign.plan_parts import StagedInputs
from signer.campaign.plan_store import find_plan, keep_plan, load_plans
from signer.errors import KeyUnusable
from signer.issuing.identity import identify_issuer, profile_digest
from signer.issuing.terms import IssueTerms, settle_terms
from signer.profile import Profile
from signer.records.pictures import PictureOptions

log = logging.getLogger(__name__)

__all__ = ["PlanOrder", "SettledPlan", "settle"]

IsFinished = Callable[[Plan], bool]


@dataclass(frozen=True)
class PlanOrder:
    """What is asked for. `issued_at` is the iat that was asked for, or None for that of the plan, or `now`.

    `new_plan` asks for a new plan whatever is stored; a new one has parts of about `rows_per_part`. Times are
    in seconds since 1970.
    """

    profile: Profile
    pictures: PictureOptions | None
    per: Per
    issued_at: int | None
    now: int
    registry_version: int = 0
    rows_per_part: int = ROWS_PER_PART
    new_plan: bool = False

    @property
    def moment(self) -> int:
        """The time at which the run is taken to sign."""
        return self.now if self.issued_at is None else self.issued_at


@dataclass(frozen=True)
class SettledPlan:
    """A plan that stands in its folder. `terms` are those to sign by, and None where it is finished."""

    plan: Plan
    terms: IssueTerms | None
    is_resumed: bool


def settle(
    order: PlanOrder, inputs: Sequence[InputFile], staged: StagedInputs, plans: Path, is_finished: IsFinished
) -> SettledPlan:
    """Takes up the stored plan of these inputs and this profile, or makes one and stores it in `plans`.

    `is_finished` tells of a plan whether all of its parts are committed. Raises PlanChanged where the stored
    plan cannot be gone on with, or an unfinished one names an input that has other bytes now. Raises besides
    what reading the profile's keys, the preflight and reading the inputs do; then no plan is stored.
    """
    return _Settling(order, inputs, staged, plans, is_finished).settle()


class _Settling:
    """One order on its way to a plan."""

    def __init__(
        self,
        order: PlanOrder,
        inputs: Sequence[InputFile],
        staged: StagedInputs,
        plans: Path,
        is_finished: IsFinished,
    ) -> None:
        self._order = order
        self._staged = staged
        self._plans = plans
        self._is_finished = is_finished
        self._encoder = encoder_here()
        self._identity = identify_issuer(order.profile)
        self._subject = Subject(tuple(inputs), self._identity.profile_digest, order.pictures, order.per)

    def settle(self) -> SettledPlan:
        stored = self._last_attempt()
        if stored is None or self._order.new_plan:
            return self._begin(stored)
        if self._is_finished(stored):
            return SettledPlan(stored, None, is_resumed=True)
        self._refuse_changed(stored)
        return SettledPlan(stored, self._terms(stored.issued_at), is_resumed=True)

    def _last_attempt(self) -> Plan | None:
        last, attempt = None, 0
        while (plan := find_plan(self._plans, self._subject.plan_id(attempt))) is not None:
            last, attempt = plan, attempt + 1
        return last

    def _begin(self, former: Plan | None) -> SettledPlan:
        plans = load_plans(self._plans)
        refuse_other_owner(self._order.profile, self._identity, plans)
        left = self._left_of_other_bytes(plans)
        if not self._order.new_plan:
            refuse_changed_inputs(left, self._subject.inputs)
        # The terms first: what the preflight refuses shall not take the minutes of a large table before.
        self._warn_of_same_inputs(plans)
        terms = self._terms(self._order.moment)
        plan = self._make(terms, former, left)
        kept = keep_plan(self._plans, plan)
        if kept is not plan:  # another run was faster: its time of issue counts
            self._refuse_changed(kept)
            terms = replace(terms, issued_at=kept.issued_at, expires_at=kept.expires_at)
        return SettledPlan(kept, terms, is_resumed=kept is not plan)

    def _make(self, terms: IssueTerms, former: Plan | None, left: Sequence[Plan]) -> Plan:
        given_up = left if former is None else [former, *left]
        return Plan(
            subject=self._subject,
            attempt=0 if former is None else former.attempt + 1,
            input_rows=self._staged.rows,
            issued_at=terms.issued_at,
            expires_at=terms.expires_at,
            encoder=self._encoder,
            dsc=self._identity.dsc,
            registry_owner=self._identity.registry_owner,
            parts=plan_parts(self._staged.cut(self._order.rows_per_part), self._staged.rows, terms.kid),
            n_duplicates=len(self._staged.duplicates),
            instead_of=tuple(plan.plan_id for plan in given_up),
            after_version=self._order.registry_version,
        )

    def _warn_of_same_inputs(self, stored: Sequence[Plan]) -> None:
        """Half a nation under one profile and half under another may not be what was meant."""
        for plan in stored:
            if plan.inputs == self._subject.inputs and not self._is_finished(plan):
                log.warning("plan %s of the same shots, with another profile, is not finished", plan.plan_id)

    def _left_of_other_bytes(self, stored: Sequence[Plan]) -> list[Plan]:
        """The unfinished plans, not given up for others, that name one of the inputs with other bytes."""
        sha256_of = {file.path: file.sha256 for file in self._subject.inputs}
        given_up = {plan_id for plan in stored for plan_id in plan.instead_of}
        return [
            plan
            for plan in stored
            if plan.plan_id not in given_up
            and any(sha256_of.get(file.path, file.sha256) != file.sha256 for file in plan.inputs)
            and not self._is_finished(plan)
        ]

    def _refuse_changed(self, plan: Plan) -> None:
        refuse_changed_run(plan, self._encoder, self._identity, self._order.issued_at, self._order.moment)

    def _terms(self, issued_at: int) -> IssueTerms:
        order = self._order
        terms = settle_terms(order.profile, issued_at, order.pictures)
        if profile_digest(terms) != self._identity.profile_digest:
            raise KeyUnusable(
                f"{order.profile.path}: its DSC or secrets were exchanged meanwhile; start again"
            )
        return terms
