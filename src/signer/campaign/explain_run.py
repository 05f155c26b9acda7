"""One look-up: what a registry and rounds of cleaning say of a person, logged before anybody sees it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from signer.campaign.explain_cleaned import find_cleaned, n_unread_files
from signer.campaign.explain_log import Asker, default_log, write_access
from signer.campaign.explain_registry import LookUp, open_look_up
from signer.campaign.explain_wanted import OfName, OfPerson, OfShots, Wanted
from signer.campaign.plan import Plan, Subject
from signer.campaign.plan_store import load_plans
from signer.campaign.registry_views import files_of_registry
from signer.errors import PlanChanged
from signer.issuing.identity import PersonSecret, open_person_secret, registry_owner
from signer.profile import Profile, load_profile
from signer.registry import open_registry
from signer.reporting.explain_classes import classify
from signer.reporting.explain_findings import Finding
from signer.reporting.explain_known import CleanedShot, Facts

__all__ = ["ExplainOrder", "Explanation", "Name", "Person", "Shot", "explain"]


@dataclass(frozen=True)
class Person:
    """Asked for by number."""

    person_id: str


@dataclass(frozen=True)
class Shot:
    """Asked for by the id of a shot: only what is of this shot is told."""

    shot_id: str


@dataclass(frozen=True)
class Name:
    """Asked for by name and date of birth, YYYY, YYYY-MM or YYYY-MM-DD."""

    full_name: str
    date_of_birth: str


AskedFor = Person | Shot | Name


@dataclass(frozen=True)
class ExplainOrder:
    """`rounds` are folders of cleaning, the oldest first; `now` and `deadline` in seconds since 1970."""

    registry: Path
    asked_for: AskedFor
    profile: Path
    rounds: Sequence[Path]
    log: Path | None
    asker: Asker
    now: int
    deadline: int | None
    n_threads: int


@dataclass(frozen=True)
class Explanation:
    """`utc_offset_minutes` of the issuer, in whose days dates are told."""

    by: str
    findings: list[Finding]
    utc_offset_minutes: int

    @property
    def is_in_force(self) -> bool:
        return any(finding.is_in_force for finding in self.findings)


def explain(order: ExplainOrder) -> Explanation:
    """Looks a person up and logs it. Changes nothing else.

    Raises OutputUnwritable where it cannot be logged; RegistryUnreadable, InputUnreadable, ProfileInvalid and
    KeyUnusable where something cannot be read; PlanChanged where the profile is not the registry's.
    """
    registry = open_registry(order.registry)
    profile = load_profile(order.profile)
    secret = open_person_secret(profile)
    plans = load_plans(registry.plans)
    _refuse_foreign(profile, plans, registry.path)
    files = files_of_registry(registry)
    with open_look_up(files, Path(tempfile.gettempdir()), order.n_threads) as look_up:
        facts = _Gathering(order.rounds, look_up, secret).facts(order.asked_for)
    facts = replace(facts, per_person=any(_is_per_person(plan) for plan in plans))
    findings = classify(facts, order.now, order.deadline)
    by, *what = _asked(order.asked_for)
    log = order.log or default_log(registry.path)
    asked = secret.asked(by, *what)
    write_access(log, order.asker, order.now, by=by, asked=asked, findings=findings)
    return Explanation(by, findings, profile.utc_offset_minutes)


def _refuse_foreign(profile: Profile, plans: Sequence[Plan], registry: Path) -> None:
    """Under other secrets nobody would be found."""
    owners = {plan.registry_owner for plan in plans}
    if owners and registry_owner(profile) not in owners:
        raise PlanChanged(
            f"{profile.path}: its country or [secrets] are not those of {registry}; name the profile that"
            " issues into it"
        )


def _is_per_person(plan: Plan) -> bool:
    return isinstance(plan.subject, Subject) and plan.subject.per == "person"


def _asked(asked_for: AskedFor) -> tuple[str, ...]:
    """How it was asked for, and what an auditor is to be able to check, one text for one question."""
    match asked_for:
        case Person(person_id):
            return "person", person_id
        case Shot(shot_id):
            return "shot", shot_id
        case Name(full_name, date_of_birth):
            return "name", full_name, date_of_birth


@dataclass(frozen=True)
class _Gathering:
    """Brings together what the rounds and the registry have of who is asked for."""

    rounds: Sequence[Path]
    look_up: LookUp
    secret: PersonSecret

    def facts(self, asked_for: AskedFor) -> Facts:
        match asked_for:
            case Person(person_id):
                return self._of_person(person_id)
            case Shot(shot_id):
                return self._of_shot(shot_id)
            case Name(full_name, date_of_birth):
                return self._of_name(OfName(full_name, date_of_birth))

    def _of_person(self, person_id: str) -> Facts:
        key = self.secret.person_key(person_id)
        return self._of_shots(key, self._cleaned(OfPerson(person_id)), self.look_up.shots_of(key))

    def _of_shot(self, shot_id: str) -> Facts:
        """Other certificates of the person count where it is told whether there is a later dose."""
        cleaned = self._cleaned(OfShots([shot_id]))
        key = self.look_up.person_of(shot_id)
        if key is None:
            key = next((self.secret.person_key(each.person_id) for each in cleaned if each.person_id), None)
        shot_ids = {shot_id} | (set() if key is None else self.look_up.shots_of(key))
        return replace(self._of_shots(key, cleaned, shot_ids), shot_ids={shot_id})

    def _of_name(self, name: OfName) -> Facts:
        """Of several persons nothing but their number. Rows without a number may be of one each."""
        found = self._cleaned(name)
        numbers = {shot.person_id for shot in found if shot.person_id}
        n_persons = len(numbers) + sum(not shot.person_id for shot in found)
        if n_persons > 1:
            return Facts(n_persons=n_persons)
        if numbers:
            return self._of_person(numbers.pop())
        return self._of_shots(None, found, set())

    def _of_shots(self, key: bytes | None, cleaned: list[CleanedShot], shot_ids: set[str]) -> Facts:
        answer = self.look_up.of_shots(shot_ids | {shot.shot_id for shot in cleaned}, key)
        return Facts(
            certificates=answer.certificates,
            orders=answer.orders,
            refusals=answer.refusals,
            cleaned=cleaned if self.rounds else None,
            n_unread_files=n_unread_files(self.rounds[-1]) if self.rounds else 0,
        )

    def _cleaned(self, wanted: Wanted) -> list[CleanedShot]:
        return find_cleaned(self.rounds, wanted)
