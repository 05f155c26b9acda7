"""Settles which plan a night of renewing goes by: the stored one where the night has begun, or a new one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from signer.campaign.plan import InputFile, Plan, RenewalSubject, Selection
from signer.campaign.plan_changes import refuse_other_owner
from signer.campaign.plan_encoder import encoder_here
from signer.campaign.plan_store import find_plan, keep_plan, load_plans
from signer.campaign.registry_views import RegistryFiles, open_views
from signer.campaign.renew_parts import cut_renewal, night_began
from signer.durations import DAY_S
from signer.errors import KeyUnusable, PlanChanged
from signer.issuing.identity import identify_issuer, profile_digest
from signer.issuing.terms import IssueTerms, settle_terms
from signer.profile import Profile
from signer.records.pictures import PictureOptions
from signer.renewing import DueCertificates, Selected, nights_work
from signer.tables.out_of_core import Room

__all__ = ["Choosing", "RenewalAsked", "RenewalPlan", "select_again", "settle_renewal"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RenewalAsked:
    """What is asked for: certificates that expire within `window_days` of `now`, seconds since 1970.

    `spread_days` more are looked ahead to level the load; `limit` is the most that are renewed. `population`
    are the tables to look holders up in, if any.
    """

    profile: Profile
    now: int
    window_days: int
    spread_days: int
    limit: int | None
    rows_per_part: int
    population: tuple[InputFile, ...]

    @property
    def night(self) -> str:
        """The issuer's local date."""
        return self.profile.local_date(self.now).isoformat()


@dataclass(frozen=True)
class RenewalPlan:
    """A plan that stands in its folder, and the terms to sign by; `plan` is None where nothing is due.

    `selected` are the rows of a plan just made, and None for one that stood there.
    """

    plan: Plan | None
    terms: IssueTerms
    selected: Selected | None


@dataclass(frozen=True)
class Choosing:
    """What is chosen from, where the rows chosen are put down, and the room for finding them."""

    files: RegistryFiles
    selected: Path
    room: Room


def settle_renewal(
    asked: RenewalAsked, choosing: Choosing, plans: Path, on_chosen: Callable[[IssueTerms], None]
) -> RenewalPlan:
    """Takes up tonight's plan, or chooses what is due and stores a plan of it in `plans`.

    `on_chosen` is called when the rows of a new plan are put down; what it raises keeps the plan from being
    stored. A plan that another version of signer has begun is given up for one that goes on behind it. Raises
    PlanChanged where the profile is not that of the registry, and besides what reading the profile's keys and
    the preflight do; then no plan is stored.
    """
    return _Settling(asked, choosing, plans).settle(on_chosen)


def select_again(plan: Plan, asked: RenewalAsked, choosing: Choosing) -> Selected:
    """Puts down the rows of a stored plan. Raises PlanChanged where they are not what they were."""
    if plan.selection is None:
        raise PlanChanged(f"plan {plan.plan_id}: is no plan of renewing; put its file back from a copy")
    then = choosing.files.until(plan.after_version, plan.selection.revocations_version)
    began = night_began(asked.night, asked.profile.utc_offset_minutes)
    with open_views("finding the certificates to renew", then, choosing.room) as database:
        due = DueCertificates(database, plan.selection.due_by, began)
        found = due.select(plan.selection.n_most, plan.selection.due_tonight, choosing.selected)
    if (found.n_rows, found.sha256) != (plan.n_rows, plan.selection.sha256):
        raise PlanChanged(
            f"plan {plan.plan_id}: other certificates are found than when it was made; put the logs of the"
            " registry back from a copy, and see what `signer audit` says"
        )
    return found


class _Settling:
    """What is asked for on its way to a plan."""

    def __init__(self, asked: RenewalAsked, choosing: Choosing, plans: Path) -> None:
        self._asked, self._choosing, self._plans = asked, choosing, plans
        self._encoder = encoder_here()
        self._stored = load_plans(plans)
        self._identity = identify_issuer(asked.profile)
        self._pictures = _pictures_of(self._stored)
        self._subject = RenewalSubject(
            night=asked.night,
            window_days=asked.window_days,
            spread_days=asked.spread_days,
            limit=asked.limit,
            population=asked.population,
            profile_digest=self._identity.profile_digest,
            pictures=self._pictures,
        )

    def settle(self, on_chosen: Callable[[IssueTerms], None]) -> RenewalPlan:
        refuse_other_owner(self._asked.profile, self._identity, self._stored)
        former = self._last_attempt()
        if former is not None and (self._is_finished(former) or former.encoder == self._encoder):
            return RenewalPlan(former, self._terms_of(former), None)
        terms = self._terms(self._asked.now)  # first: what the preflight refuses shall be told at once
        chosen = self._choose()
        if not chosen.selected.n_rows:
            return RenewalPlan(None, terms, chosen.selected)
        on_chosen(terms)
        plan = self._make(terms, former, chosen)
        kept = keep_plan(self._plans, plan)
        if kept is not plan:  # a run that has lost the lease since was faster: its rows and times count
            return RenewalPlan(kept, self._terms_of(kept), None)
        return RenewalPlan(plan, terms, chosen.selected)

    def _last_attempt(self) -> Plan | None:
        last, attempt = None, 0
        while (plan := find_plan(self._plans, self._subject.plan_id(attempt))) is not None:
            last, attempt = plan, attempt + 1
        return last

    def _choose(self) -> _Chosen:
        asked, files, room = self._asked, self._choosing.files, self._choosing.room
        files = files.until(*_versions(files))  # as `select_again` will see them
        began = night_began(asked.night, asked.profile.utc_offset_minutes)
        due_tonight = asked.now + DAY_S * asked.window_days
        due_by = due_tonight + DAY_S * asked.spread_days
        with open_views("finding the certificates to renew", files, room) as database:
            due = DueCertificates(database, due_by, began)
            by_night = due.by_night(due_tonight, asked.spread_days + 1)
            n_most = nights_work(by_night, asked.spread_days, asked.limit)
            selected = due.select(n_most, due_tonight, self._choosing.selected)
            n_lapsed = due.n_expired(asked.now)
        return _Chosen(selected, due_by, due_tonight, n_most, int(by_night[0]), n_lapsed)

    def _make(self, terms: IssueTerms, former: Plan | None, chosen: _Chosen) -> Plan:
        after_version, revocations_version = _versions(self._choosing.files)
        return Plan(
            subject=self._subject,
            attempt=0 if former is None else former.attempt + 1,
            input_rows=(chosen.selected.n_rows,),
            issued_at=terms.issued_at,
            expires_at=terms.expires_at,
            encoder=self._encoder,
            dsc=self._identity.dsc,
            registry_owner=self._identity.registry_owner,
            parts=cut_renewal(
                list(chosen.selected.rows_of_files.values()), self._asked.rows_per_part, terms.kid
            ),
            n_duplicates=0,
            instead_of=tuple(self._left_undone()),
            after_version=after_version,
            selection=Selection(
                due_by=chosen.due_by,
                due_tonight=chosen.due_tonight,
                n_most=chosen.n_most,
                n_due=chosen.n_due,
                n_lapsed=chosen.n_lapsed,
                n_held_back=chosen.selected.n_held_back,
                revocations_version=revocations_version,
                sha256=chosen.selected.sha256,
            ),
        )

    def _left_undone(self) -> list[str]:
        """Earlier plans of renewing that were stopped: what they have left is among what is due now."""
        given_up = {plan_id for plan in self._stored for plan_id in plan.instead_of}
        return [
            plan.plan_id
            for plan in self._stored
            if plan.kind == "renew" and plan.plan_id not in given_up and not self._is_finished(plan)
        ]

    def _is_finished(self, plan: Plan) -> bool:
        return len(self._choosing.files.parts_done(plan.plan_id)) == len(plan.parts)

    def _terms_of(self, plan: Plan) -> IssueTerms:
        """Those of a stored plan. Raises PlanChanged where its times are none of tonight."""
        night = self._asked.profile.local_date(plan.issued_at).isoformat()
        if (night, plan.expires_at) != (self._asked.night, self._asked.profile.expires_at(plan.issued_at)):
            raise PlanChanged(
                f"plan {plan.plan_id}: its iat and exp are none of tonight's; put its file back from a copy"
            )
        return self._terms(plan.issued_at)

    def _terms(self, issued_at: int) -> IssueTerms:
        terms = settle_terms(self._asked.profile, issued_at, self._pictures)
        if profile_digest(terms) != self._identity.profile_digest:
            raise KeyUnusable(
                f"{self._asked.profile.path}: its DSC or secrets were exchanged meanwhile; start again"
            )
        return terms


@dataclass(frozen=True)
class _Chosen:
    selected: Selected
    due_by: int
    due_tonight: int
    n_most: int
    n_due: int
    n_lapsed: int


def _versions(files: RegistryFiles) -> tuple[int, int]:
    """The versions of certificates and revocations that a plan goes by."""
    certificates, revocations = (
        max((file.version for file in table), default=0) for table in (files.certificates, files.revocations)
    )
    return certificates, revocations


def _pictures_of(plans: Sequence[Plan]) -> PictureOptions | None:
    """How the pictures of a registry were drawn last; all of them are of one format."""
    newest = max(plans, key=lambda plan: plan.issued_at, default=None)
    return None if newest is None else newest.subject.pictures
