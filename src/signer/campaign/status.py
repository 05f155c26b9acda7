"""What a registry holds and how far its campaigns are, from plans, logs and the footers of files alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from signer.campaign.plan import Plan
from signer.campaign.plan_store import load_plans
from signer.campaign.status_campaign import CampaignStatus, look_at_campaign
from signer.campaign.status_parts import DonePart, pair_up
from signer.registry import Registry
from signer.registry.history import TableHistory, read_history
from signer.registry.layout import CERTIFICATES, REFUSED, REVOCATIONS
from signer.registry.lease_holder import LeaseHolder, find_holder
from signer.registry.orders import count_revoked
from signer.registry.orphans import Orphan, find_orphans
from signer.registry.reading import CommittedFile
from signer.registry.table_log import read_table

__all__ = ["RegistryStatus", "read_status"]


@dataclass(frozen=True)
class RegistryStatus:
    """`campaigns` by their time of issue; `renewed` of the rows of certificates sign others of them anew, and
    `superseded` of the certificates have been replaced by ones with another uvci.

    `revocations` are the rows of that table, and `revoked` the certificates that are revoked now.
    `superseded` and these are None where files and logs do not tell. While there is a `holder`, parts that it
    has not committed yet are among the `orphans`.
    """

    campaigns: tuple[CampaignStatus, ...]
    holder: LeaseHolder | None
    certificates: int
    renewed: int
    superseded: int | None
    refused: int
    revocations: int | None
    revoked: int | None
    orphans: Sequence[Orphan]
    faults: tuple[str, ...]

    @property
    def all_faults(self) -> tuple[str, ...]:
        """Also those of the campaigns."""
        return (*self.faults, *(fault for campaign in self.campaigns for fault in campaign.faults))


def read_status(registry: Registry, now: float) -> RegistryStatus:
    """Looks on, whether a run goes on or not; `now` in seconds since 1970. Raises RegistryUnreadable."""
    orphans = find_orphans(
        registry.path
    )  # first, as it refuses damaged logs: in those parts could seem to be missing
    holder = find_holder(registry.path)
    certificates = read_history(registry.path / CERTIFICATES)  # before refused: see pair_up
    refused = read_history(registry.path / REFUSED)
    plans = load_plans(registry.plans)  # after the parts: then the plan of each is there
    parts, faults = pair_up(certificates, refused)
    renewing = {plan.plan_id for plan in plans if plan.kind == "renew"}
    renewals = [timed.committed for timed in certificates.files if timed.committed.plan_id in renewing]
    issued = [timed.committed for timed in certificates.files if timed.committed.plan_id not in renewing]
    return RegistryStatus(
        campaigns=_campaigns(plans, parts, holder, now),
        holder=holder,
        certificates=_n_rows(certificates),
        renewed=sum(file.file.rows for file in renewals),
        superseded=_n_superseded(issued),
        refused=_n_rows(refused),
        revocations=read_table(registry.path / REVOCATIONS).n_rows,
        revoked=count_revoked(registry.path),
        orphans=orphans,
        faults=(*certificates.faults, *refused.faults, *faults, *_without_plan(plans, parts)),
    )


def _campaigns(
    plans: Sequence[Plan], parts: Iterable[DonePart], holder: LeaseHolder | None, now: float
) -> tuple[CampaignStatus, ...]:
    parts_of: dict[str, list[DonePart]] = defaultdict(list)
    for part in parts:
        parts_of[part.plan_id].append(part)
    running = holder.plan_id if holder else None
    given_up = {plan_id for plan in plans for plan_id in plan.instead_of}
    ordered = sorted(plans, key=lambda plan: (plan.issued_at, plan.plan_id))
    return tuple(look_at_campaign(plan, parts_of[plan.plan_id], running, given_up, now) for plan in ordered)


def _without_plan(plans: Iterable[Plan], parts: Iterable[DonePart]) -> list[str]:
    lost = {part.plan_id for part in parts} - {plan.plan_id for plan in plans}
    return [f"plan {plan_id}: has parts in the registry, but its file is gone" for plan_id in sorted(lost)]


def _n_rows(history: TableHistory) -> int:
    return sum(timed.committed.file.rows for timed in history.files)


def _n_superseded(issued: Sequence[CommittedFile]) -> int | None:
    """The certificates that name another one, by the statistics of their files; the values are not read.

    Renewals are not among them: what one of them names was named by what it renews already.
    """
    counts = [_n_named(file.path) for file in issued]
    return None if None in counts else sum(count for count in counts if count is not None)


def _n_named(path: Path) -> int | None:
    if not path.is_file():  # a pipe would have us wait for ever
        return None
    try:
        footer = pq.read_metadata(path)
    except (OSError, pa.ArrowException):
        return None  # that a file is damaged is for the audit to say
    column = footer.schema.names.index("supersedes")  # as many as there are columns: none is nested
    groups = [footer.row_group(number).column(column).statistics for number in range(footer.num_row_groups)]
    if not all(group is not None and group.has_null_count for group in groups):
        return None
    return int(footer.num_rows - sum(group.null_count for group in groups))
