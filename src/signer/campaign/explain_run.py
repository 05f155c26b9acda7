"""One look-up: what a registry and rounds of cleaning say of a person, logged before anybody sees it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from signer.campaign.explain_facts import AskedFor, Gathering, Name, Person, Shot
from signer.campaign.explain_log import Asker, default_log, write_access
from signer.campaign.explain_registry import open_look_up
from signer.campaign.plan import Plan, Subject
from signer.campaign.plan_store import load_plans
from signer.campaign.registry_views import files_of_registry
from signer.errors import PlanChanged
from signer.issuing.identity import open_person_secret, registry_owner
from signer.profile import Profile, load_profile
from signer.registry import open_registry
from signer.reporting.explain_classes import classify
from signer.reporting.explain_findings import Finding

__all__ = ["ExplainOrder", "Explanation", "explain"]


@dataclass(frozen=True)
class ExplainOrder:
    """`rounds` are folders of cleaning, the oldest first; times in seconds since 1970.

    It is answered as of `now`, and logged with the true time, `asked_at`.
    """

    registry: Path
    asked_for: AskedFor
    profile: Path
    rounds: Sequence[Path]
    log: Path | None
    asker: Asker
    asked_at: int
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
        facts = Gathering(order.rounds, look_up, secret).facts(order.asked_for)
    facts = replace(facts, per_person=any(_is_per_person(plan) for plan in plans))
    findings = classify(facts, order.now, order.deadline)
    by, *what = _asked(order.asked_for)
    log = order.log or default_log(registry.path)
    asked = secret.asked(by, *what)
    write_access(log, order.asker, order.asked_at, by=by, asked=asked, findings=findings)
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
