"""Holds each renewal against what it renews: the same certificate, not withdrawn, and of an earlier night."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from signer.campaign.audit_contents import ContentDigests
from signer.campaign.audit_events import EVENTS, AuditedFiles
from signer.campaign.audit_faults import Faults
from signer.campaign.audit_renewal_faults import (
    DIFFERENT,
    MISSING,
    NOTHING,
    REVOKED,
    SUPERSEDED,
    UNTIMELY,
    WrongRenewals,
    tell,
)
from signer.campaign.plan import Plan, RenewalSubject
from signer.tables.out_of_core import Room, Stream, open_database

__all__ = ["check_renewals"]

JUDGED = resources.files("signer.campaign") / "sql" / "audited_renewals.sql"
RENEWED = (
    "CREATE TEMP TABLE renewed AS SELECT DISTINCT hash(uvci) AS digest FROM events WHERE uvci IS NOT NULL"
)
PAIRS_PER_BATCH = 1 << 20

Numbers = npt.NDArray[np.int64]


def check_renewals(
    files: AuditedFiles,
    contents: ContentDigests,
    is_all: bool,
    room: Room,
    faults: Faults,
) -> None:
    """Adds the renewals of what was not there, was withdrawn or renewed in that night, or is other than that.

    `contents` has the digests of all rows. Unless the files and their plans are all there are (`is_all`),
    what a renewal renews may lie in another. Starts threads: do not fork
    afterwards. Raises StoppedHalfWay where memory and disk do not suffice, and RegistryUnreadable where a
    file is gone since.
    """
    nights = _Nights.of([files.plans.get(file.plan_id) for file in files.certificates])
    renewals, events = Stream(EVENTS, files.renewals()), Stream(EVENTS, files.events())
    found: list[WrongRenewals] = []
    with open_database("comparing renewals", room, [renewals, events]) as database:
        database.register("events", renewals.reader())
        database.execute(RENEWED)
        database.unregister("events")
        database.register("events", events.reader())
        judged = database.execute(JUDGED.read_text("utf-8")).to_arrow_reader(PAIRS_PER_BATCH)
        found += (_wrong(batch, nights, contents, is_all) for batch in judged)
    tell(WrongRenewals.joined(found), files, faults)


@dataclass(frozen=True)
class _Nights:
    """Of each file its iat, in seconds since 1970, and the day of its night, -1 where it does not renew."""

    issued_at: Numbers
    night: Numbers

    @classmethod
    def of(cls, plans: Sequence[Plan | None]) -> _Nights:
        issued_at = [-1 if plan is None else plan.issued_at for plan in plans]
        nights = [
            date.fromisoformat(plan.subject.night).toordinal()
            if plan is not None and isinstance(plan.subject, RenewalSubject)
            else -1
            for plan in plans
        ]
        return cls(np.array(issued_at, np.int64), np.array(nights, np.int64))

    def are_untimely(self, files: Numbers, files_before: Numbers) -> npt.NDArray[np.bool_]:
        is_same_night = self.night[files] == self.night[files_before]
        return np.asarray(is_same_night | (self.issued_at[files] <= self.issued_at[files_before]), bool)


def _wrong(batch: pa.RecordBatch, nights: _Nights, contents: ContentDigests, is_all: bool) -> WrongRenewals:
    """Those of the pairs of certificates that do not go together; the gravest fault of each."""
    rows, before = ((_numbers(batch.column(name)) - 1) // 2 for name in ("moment", "moment_before"))
    files, files_before = (_numbers(batch.column(name)) for name in ("file", "file_before"))
    there = files_before >= 0
    faults = np.where(there | (not is_all), NOTHING, MISSING)
    ours, theirs = rows[there], before[there]
    faults[there] = np.select(
        [
            *(_flags(batch.column(name))[there] for name in ("is_superseded", "is_revoked")),
            nights.are_untimely(files[there], files_before[there]),
            contents.differ(ours, theirs),
        ],
        [SUPERSEDED, REVOKED, UNTIMELY, DIFFERENT],
        NOTHING,
    )
    wrong = faults != NOTHING
    return WrongRenewals(rows[wrong], np.where(there, before, -1)[wrong], faults[wrong])


def _numbers(column: pa.Array[Any]) -> Numbers:
    """Whole numbers; null is -1."""
    return np.asarray(pc.fill_null(column.cast(pa.int64()), -1), np.int64)


def _flags(column: pa.Array[Any]) -> npt.NDArray[np.bool_]:
    return np.asarray(column, bool)
