"""What the status of a registry says of nights of renewals, of which there may be hundreds a year."""

from __future__ import annotations

from collections.abc import Sequence

from signer.campaign.plan import RenewalSubject
from signer.campaign.status_campaign import CampaignStatus
from signer.cli.words import counted

__all__ = ["finished_renewals", "renewals_in_words"]


def finished_renewals(campaigns: Sequence[CampaignStatus]) -> list[CampaignStatus]:
    """Those that are done and that nothing is to be said of, in their order."""
    return [
        campaign
        for campaign in campaigns
        if campaign.plan.kind == "renew" and campaign.state == "finished" and not campaign.faults
    ]


def renewals_in_words(renewals: Sequence[CampaignStatus]) -> str:
    """All of them in one line, to stand before the last one."""
    nights = sorted(
        campaign.plan.subject.night
        for campaign in renewals
        if isinstance(campaign.plan.subject, RenewalSubject)
    )
    n_renewed = sum(campaign.issued for campaign in renewals)
    return (
        f"renewals  {len(renewals):,} finished, in nights from {nights[0]} to {nights[-1]}:"
        f" {counted(n_renewed, 'certificate')}; the last one:"
    )
