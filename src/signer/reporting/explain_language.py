"""What a language has to say to tell findings: sentences by class, actor, field, reason and detail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from signer.reporting.explain_findings import Actor, FindingClass

__all__ = ["Language"]


@dataclass(frozen=True)
class Language:
    """Texts with places for what a finding has: {uvci}, {issued}, {expires}, {by}, {order_reason},
    {ordered_by}, {ordered}, {refused}, {why}, {field}, {dose}, {series}, {files}, {n}.

    `advice` is what to do, by class, `advice_to_profile` where a row was refused for what the profile lacks;
    `day` is the format of a date. `by_when` has {day}, {time} and {offset}, so that it means one instant.
    """

    day: str
    shot: str
    dose: str
    given_on: str
    who: str
    by_when: str
    classes: Mapping[FindingClass, str]
    superseded_elsewhere: str
    never_entered_unread: str
    likely_others: str
    advice: Mapping[FindingClass, str]
    advice_to_profile: str
    actors: Mapping[Actor, str]
    fields: Mapping[str, str]
    reasons: Mapping[str, str]
    details: Mapping[str, str]
    refusals: Mapping[str, str]
    set_aside: Mapping[str, str]
    unknown: str
    has_one: str
    has_none: str
