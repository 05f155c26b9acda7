"""The status of a registry for scripts to read; moments in UTC, durations in seconds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from signer.campaign.plan import Subject
from signer.campaign.status import RegistryStatus
from signer.campaign.status_campaign import CampaignStatus

__all__ = ["moment_text", "status_as_dict"]


def status_as_dict(status: RegistryStatus, now: float, deadline: float | None) -> dict[str, Any]:
    """What docs/formats.md says of `signer status --json`; the form is a contract."""
    holder = status.holder
    return {
        "at": moment_text(now),
        "deadline": None if deadline is None else moment_text(deadline),
        "run": None if holder is None else {"pid": holder.pid, "epoch": holder.epoch, "plan": holder.plan_id},
        "campaigns": [_campaign(campaign, now, deadline) for campaign in status.campaigns],
        "certificates": status.certificates,
        "renewed": status.renewed,
        "superseded": status.superseded,
        "refused": status.refused,
        "revocations": status.revocations,
        "revoked": status.revoked,
        "orphans": [orphan.as_dict() for orphan in status.orphans],
        "faults": list(status.all_faults),
    }


def moment_text(moment_s: float) -> str:
    """A point in time, in seconds since 1970, in ISO 8601."""
    return datetime.fromtimestamp(int(moment_s), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _campaign(campaign: CampaignStatus, now: float, deadline: float | None) -> dict[str, Any]:
    plan = campaign.plan
    inputs = zip(plan.inputs, plan.input_rows if plan.inputs else (), strict=True)
    last = campaign.last_commit_at
    return {
        "plan": plan.plan_id,
        "kind": plan.kind,
        "state": campaign.state,
        "issued_at": moment_text(plan.issued_at),
        "expires_at": moment_text(plan.expires_at),
        "per": plan.subject.per if isinstance(plan.subject, Subject) else None,
        "inputs": [{"path": file.path, "rows": n_rows} for file, n_rows in inputs],
        "rows": plan.n_rows,
        "rows_done": campaign.rows_done,
        "parts": len(plan.parts),
        "parts_done": campaign.parts_done,
        "parts_missing": campaign.parts_missing,
        "issued": campaign.issued,
        "refused": campaign.refused,
        "skipped": dict(campaign.skipped),
        "last_commit_at": None if last is None else moment_text(last),
        "rate_per_s": campaign.rate_per_s,
        "seconds_left": campaign.seconds_left,
        "against_deadline": _outlook(campaign, now, deadline),
        "faults": list(campaign.faults),
    }


def _outlook(campaign: CampaignStatus, now: float, deadline: float | None) -> dict[str, Any] | None:
    outlook = None if deadline is None else campaign.against(deadline, now)
    if outlook is None:
        return None
    return {
        "verdict": outlook.verdict,
        "margin_s": outlook.margin_s,
        "needed_per_s": outlook.needed_per_s,
    }
