"""The runs of a registry for a report: the last ones, those that stopped, and whether renewal is on time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from signer.campaign.plan import RenewalSubject
from signer.campaign.standing import Standing
from signer.campaign.status import RegistryStatus
from signer.campaign.status_campaign import CampaignStatus
from signer.durations import HOUR_S
from signer.reporting.report_content import Health, Renewal, Run

__all__ = ["health_of"]

N_RUNS = 12
ID_DIGITS = 8
OVERDUE_S = 36 * HOUR_S


def health_of(status: RegistryStatus, standing: Standing, now: int) -> Health:
    """The last runs, and all that were stopped; the newest first. `standing` is as of now."""
    ordered = sorted(status.campaigns, key=_newest_first, reverse=True)
    shown = [one for number, one in enumerate(ordered) if number < N_RUNS or one.state == "stopped"]
    return Health(
        n_campaigns=len(ordered),
        runs=tuple(_run(campaign) for campaign in shown),
        renewal=_renewal(ordered, standing, now),
        faults=status.all_faults,
        orphans=0 if status.holder else len(status.orphans),  # of a run that goes on they are its parts
        is_running=status.holder is not None,
    )


def _newest_first(campaign: CampaignStatus) -> tuple[float, int, str]:
    last = campaign.last_commit_at
    return last or campaign.plan.issued_at, campaign.plan.issued_at, campaign.plan.plan_id


def _run(campaign: CampaignStatus) -> Run:
    plan, last = campaign.plan, campaign.last_commit_at
    return Run(
        plan=plan.plan_id[:ID_DIGITS],
        kind=plan.kind,
        state=campaign.state,
        issued_at=plan.issued_at,
        rows=plan.n_rows,
        rows_done=campaign.rows_done,
        issued=campaign.issued,
        refused=campaign.refused,
        skipped=campaign.n_skipped,
        rate_per_s=campaign.rate_per_s,
        last_commit_at=None if last is None else int(last),
        n_faults=len(campaign.faults),
    )


def _renewal(campaigns: Sequence[CampaignStatus], standing: Standing, now: int) -> Renewal | None:
    """Of the last night that had anything to do; one that had nothing leaves no trace.

    So another is missing only if something is due, or if the nights are levelled: then each has its work. A
    renewal that committed nothing yet counts by its time of issue.
    """
    nights = {
        campaign.plan.subject.night: (campaign, campaign.plan.subject)
        for campaign in reversed(campaigns)
        if isinstance(campaign.plan.subject, RenewalSubject)
    }
    if not nights:
        return None
    night = max(nights)
    campaign, subject = nights[night]
    last = campaign.last_commit_at
    at = campaign.plan.issued_at if last is None else int(last)
    next_night = (date.fromisoformat(night) + timedelta(1)).isoformat()
    has_work = subject.spread_days > 0 or standing.to_renew_within(subject.window_days) > 0
    return Renewal(night, None if last is None else int(last), next_night, has_work and now - at > OVERDUE_S)
