"""What is known of one person: certificates, orders, refusals, and shots as they were cleaned."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

__all__ = ["CleanedShot", "Facts", "KnownCertificate", "KnownOrder", "KnownRefusal", "NotAttestedFile"]


@dataclass(frozen=True)
class KnownCertificate:
    """A signature given out under a uvci; times in seconds since 1970.

    `place` is its place in the order of commits. `is_other_person` where it was given out under another
    person's number than the one that was asked for: of such a one nothing is told.
    """

    uvci: str
    shot_id: str
    province: str | None
    district: str | None
    facility: str | None
    vaccine: str | None
    dose_number: int
    doses_in_series: int
    issued_at: int
    expires_at: int
    supersedes: str | None
    place: tuple[int, int]
    is_other_person: bool = False


@dataclass(frozen=True)
class KnownOrder:
    """An order that a certificate be `revoked` or `restored`; `version` of its commit."""

    uvci: str
    action: str
    reason: str | None
    ordered_by: str | None
    ordered_at: int | None
    version: int


@dataclass(frozen=True)
class KnownRefusal:
    """A refusal at issuing; `refused_at` is the time of issue of its campaign, where it can be told."""

    shot_id: str
    stage: str | None
    reason: str
    field: str | None
    province: str | None
    district: str | None
    facility: str | None
    refused_at: int | None
    version: int


@dataclass(frozen=True)
class NotAttestedFile:
    """A file that was set aside, and the code of the reason."""

    file: str
    reason: str


@dataclass(frozen=True)
class CleanedShot:
    """A shot as the newest round that has it says it.

    `reason` is null where it was verified; `reasons` are all, the decisive one first. `is_corrected` where
    a correction was taken for it, `is_withdrawn` where one took it out afterwards. `files` are those set
    aside that its facility's rows are in.
    """

    shot_id: str
    person_id: str | None
    province: str | None
    district: str | None
    facility: str | None
    vaccine: str | None
    dose_number: int | None
    doses_in_series: int | None
    vaccinated_on: datetime.date | None
    reason: str | None = None
    reasons: Sequence[str] = ()
    detail: str | None = None
    field: str | None = None
    is_corrected: bool = False
    is_withdrawn: bool = False
    files: Sequence[NotAttestedFile] = ()


@dataclass(frozen=True)
class Facts:
    """All that is known of who was asked for.

    `shot_ids`: only what is of these is told; None for all. `cleaned` is None where no round was looked in.
    `n_unread_files` of the newest round were set aside and could not be read: nobody knows whose shots they
    hold. `per_person` where some campaign has issued the latest dose of a person alone.
    """

    certificates: Sequence[KnownCertificate] = ()
    orders: Sequence[KnownOrder] = ()
    refusals: Sequence[KnownRefusal] = ()
    cleaned: Sequence[CleanedShot] | None = None
    n_unread_files: int = 0
    shot_ids: Collection[str] | None = None
    per_person: bool = False
    n_persons: int = 1
