"""What a look-up answers: findings, each of a class, with who must act and by when."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

__all__ = ["Actor", "Finding", "FindingClass", "in_iso"]


class FindingClass(enum.StrEnum):
    """Why there is no certificate, or what has become of one."""

    NEVER_ENTERED = "never_entered"
    NO_CERTIFICATE = "no_certificate"
    SEVERAL_PERSONS = "several_persons"
    NOT_ATTESTED = "not_attested"
    MISMATCH = "mismatch"
    FAULTY = "faulty"
    WITHDRAWN = "withdrawn"
    OTHER_NUMBER = "other_number"
    CORRECTED_WAITING = "corrected_waiting"
    NOT_ISSUED = "not_issued"
    EARLIER_DOSE = "earlier_dose"
    REFUSED = "refused"
    ISSUED = "issued"
    RENEWED = "renewed"
    RESTORED = "restored"
    EXPIRED = "expired"
    RENEWAL_REFUSED = "renewal_refused"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    DOSE_INCOMPLETE = "dose_incomplete"


IN_FORCE = (FindingClass.ISSUED, FindingClass.RENEWED, FindingClass.RESTORED)


class Actor(enum.StrEnum):
    """Who must act so that there is a certificate; codes as in records/reasons.py, and more."""

    NOBODY = "nobody"
    PERSON = "person"
    FACILITY = "facility"
    SIGNATORY = "signatory"
    CENTRAL = "central"
    PROFILE = "profile"
    REGISTRY = "registry"
    ISSUER = "issuer"
    WHO_ORDERED = "who_ordered"


@dataclass(frozen=True)
class Finding:
    """One answer. Times are in seconds since 1970; what does not apply is null or empty.

    `reasons` are codes of cleaning or issuing, the decisive one first, `field` the one to look at, and
    `files` those that were set aside, with the code of the reason. `n` counts persons or unread files.
    """

    kind: FindingClass
    actor: Actor
    act_by: int | None = None
    shot_id: str | None = None
    dose_number: int | None = None
    doses_in_series: int | None = None
    vaccine: str | None = None
    vaccinated_on: datetime.date | None = None
    province: str | None = None
    district: str | None = None
    facility: str | None = None
    uvci: str | None = None
    issued_at: int | None = None
    expires_at: int | None = None
    superseded_by: str | None = None
    reasons: Sequence[str] = ()
    detail: str | None = None
    field: str | None = None
    stage: str | None = None
    refused_at: int | None = None
    order_reason: str | None = None
    ordered_by: str | None = None
    ordered_at: int | None = None
    files: Sequence[tuple[str, str]] = ()
    n: int | None = None

    @property
    def is_in_force(self) -> bool:
        return self.kind in IN_FORCE

    def as_dict(self) -> dict[str, Any]:
        """Members that have a value; times in ISO 8601, UTC."""
        told = {member.name: getattr(self, member.name) for member in fields(self)}
        known = {name: value for name, value in told.items() if value not in (None, ())}
        kind, actor = known.pop("kind"), known.pop("actor")
        files = [{"file": file, "reason": reason} for file, reason in known.pop("files", ())]
        shown = {"class": kind.value, "who_acts": actor.value} | {
            name: _shown(name, value) for name, value in known.items()
        }
        return shown | ({"files": files} if files else {})


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if name == "act_by" or name.endswith("_at"):
        return in_iso(value)
    return list(value) if name == "reasons" else value


def in_iso(at: int) -> str:
    """A time as in `2022-04-14T03:15:00Z`."""
    return datetime.datetime.fromtimestamp(at, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
