"""What keeps a stored plan from being gone on with, each in its words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from signer.campaign.plan import Encoder, InputFile, Plan
from signer.errors import PlanChanged
from signer.issuing.identity import IssuerIdentity
from signer.profile import Profile

__all__ = ["refuse_changed_inputs", "refuse_changed_run", "refuse_other_owner"]


def refuse_changed_run(
    plan: Plan, encoder: Encoder, identity: IssuerIdentity, issued_at: int | None, moment: int
) -> None:
    """Raises PlanChanged where the rest of a plan would be signed otherwise than its beginning.

    `issued_at` is the time of issue that was asked for, if one was; `moment` the time of this run.
    """
    if encoder != plan.encoder:
        raise PlanChanged(
            f"plan {plan.plan_id}: was begun by signer {plan.encoder}, this is {encoder};"
            " go on with that one, or start anew with --new-plan"
        )
    if issued_at not in (None, plan.issued_at):
        raise PlanChanged(
            f"plan {plan.plan_id}: was begun with time of issue {_text(plan.issued_at)};"
            " leave --issued-at out to go on with it, or start anew with --new-plan"
        )
    if moment > identity.dsc_ends_at:
        raise PlanChanged(
            f"plan {plan.plan_id}: its DSC {identity.kid.hex()} expired at {_text(identity.dsc_ends_at)};"
            " name a newer one in the profile, which starts a new plan"
        )


def refuse_other_owner(profile: Profile, identity: IssuerIdentity, plans: Sequence[Plan]) -> None:
    """Raises PlanChanged where the registry's plans are of another country, or made with other secrets."""
    others = [plan for plan in plans if plan.registry_owner != identity.registry_owner]
    if others:
        raise PlanChanged(
            f"{profile.path}: its country or [secrets] are not those of plan {others[0].plan_id}, so every"
            " shot would get a second certificate; take the profile and secrets that belong to this registry,"
            " or name another one"
        )


def refuse_changed_inputs(plans: Sequence[Plan], inputs: Sequence[InputFile]) -> None:
    """Raises PlanChanged, naming the file, where a plan names an input that has other bytes now."""
    by_path = {file.path: file for file in inputs}
    for plan in plans:
        for then in plan.inputs:
            found = by_path.get(then.path, then)
            if found.sha256 != then.sha256:
                raise PlanChanged(
                    f"{then.path}: {_difference(then, found)} since plan {plan.plan_id} was begun;"
                    " put the file back to go on with it, or start anew with --new-plan"
                )


def _difference(then: InputFile, found: InputFile) -> str:
    """What is most telling: SHA-256 has decided already that the bytes are others."""
    if found.n_bytes != then.n_bytes:
        return f"has come to have {found.n_bytes:,} bytes instead of {then.n_bytes:,}"
    if found.identity[:2] != then.identity[:2]:
        return "was exchanged for another file of its size"
    if found.identity != then.identity:
        return "was written to"
    return "has got other bytes, its size and time being the same,"


def _text(moment_s: int) -> str:
    return datetime.fromtimestamp(moment_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
