"""The status of a registry as a table of a line a campaign, with what is to be said of each below it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePath

from signer.campaign.plan import RenewalSubject
from signer.campaign.status import RegistryStatus
from signer.campaign.status_campaign import CampaignStatus
from signer.campaign.status_json import moment_text
from signer.campaign.status_pace import Outlook
from signer.cli.quantities import in_time
from signer.cli.status_renewals import finished_renewals, renewals_in_words
from signer.cli.words import counted

__all__ = ["status_in_words"]

COLUMNS = "{:<8}  {:<17}  {:<8}  {:>11}  {:>9}  {:>11}  {:>10}  {:>10}"
HEADINGS = ("plan", "time of issue", "state", "rows", "parts", "issued", "refused", "skipped")
INDENT = 10 * " "
ID_DIGITS = 8
N_INPUTS_SHOWN = 3
SILENCE_S = 120
"""After that the time of the last commit is worth a word."""


def status_in_words(status: RegistryStatus, registry: Path, now: float, deadline: float | None) -> str:
    """Lines of at most 100 characters, but for names of files; times in seconds since 1970."""
    lines = [_shown(str(registry)), *_totals(status), *_holder(status), ""]
    if not status.campaigns:
        return "\n".join([*lines, "no campaign yet"])
    lines.append(COLUMNS.format(*HEADINGS))
    renewals = finished_renewals(status.campaigns)
    for campaign in status.campaigns:
        if campaign in renewals[:-1]:
            continue  # of hundreds a year one line says enough
        if len(renewals) > 1 and campaign is renewals[-1]:
            lines.append(renewals_in_words(renewals))
        lines.append(_row(campaign))
        lines += [INDENT + note for note in _notes(campaign, now, deadline)]
    return "\n".join(lines)


def _totals(status: RegistryStatus) -> Iterator[str]:
    renewed = f", {status.renewed:,} of them renewals of others" if status.renewed else ""
    replaced = f", {status.superseded:,} superseded by others of them" if status.superseded else ""
    yield counted(status.certificates, "certificate") + renewed + replaced
    revoked = "an unknown number of" if status.revoked is None else f"{status.revoked:,}"
    yield f"{counted(status.refused, 'refused row')}, {revoked} certificates revoked"
    n_orphans = len(status.orphans)
    if n_orphans and status.holder:
        yield f"{counted(n_orphans, 'file')} not committed yet, or left by killed runs"
    elif n_orphans:
        yield f"{counted(n_orphans, 'orphan')} left by killed runs; signer registry clean removes them"


def _holder(status: RegistryStatus) -> Iterator[str]:
    holder = status.holder
    if holder is None:
        return
    doing = f"is at plan {holder.plan_id[:ID_DIGITS]}" if holder.plan_id else "is starting"
    yield f"process {holder.pid} (epoch {holder.epoch}) {doing}"


def _row(campaign: CampaignStatus) -> str:
    plan = campaign.plan
    return COLUMNS.format(
        plan.plan_id[:ID_DIGITS],
        moment_text(plan.issued_at).replace("T", " ")[:16] + "Z",
        campaign.state,
        f"{plan.n_rows:,}",
        f"{campaign.parts_done}/{len(plan.parts)}",
        f"{campaign.issued:,}",
        f"{campaign.refused:,}",
        f"{campaign.n_skipped:,}",
    )


def _notes(campaign: CampaignStatus, now: float, deadline: float | None) -> Iterator[str]:
    yield from (f"WRONG: {fault}" for fault in campaign.faults)
    yield from _inputs(campaign)
    if campaign.skipped:
        yield "skipped: " + ", ".join(f"{count:,} {reason}" for reason, count in campaign.skipped.items())
    missing = f"{counted(campaign.parts_missing, 'part')} missing"
    if campaign.state == "stopped":
        yield f"{missing}: run its `signer {campaign.plan.kind}` again to go on"
    elif campaign.state == "given up":
        yield f"{missing}: another plan stands in for this one"
    yield from _pace(campaign, now)
    outlook = None if deadline is None else campaign.against(deadline, now)
    if outlook is not None:
        yield _against_deadline(outlook, campaign)


def _inputs(campaign: CampaignStatus) -> Iterator[str]:
    plan = campaign.plan
    if isinstance(plan.subject, RenewalSubject):
        yield f"{counted(plan.n_rows, 'certificate')} renewed in the night of {plan.subject.night}"
        return
    inputs = list(zip(plan.inputs, plan.input_rows, strict=True))
    for file, n_rows in inputs[:N_INPUTS_SHOWN]:
        yield f"{_shown(PurePath(file.path).name)}, {counted(n_rows, 'row')}"
    if len(inputs) > N_INPUTS_SHOWN:
        rest = inputs[N_INPUTS_SHOWN:]
        n_rows = sum(rows for _, rows in rest)
        yield f"and {counted(len(rest), 'more file', 'more files')}, {counted(n_rows, 'row')}"
    if plan.subject.per == "person":
        yield "the latest dose of each person"


def _pace(campaign: CampaignStatus, now: float) -> Iterator[str]:
    if campaign.rate_per_s is None:
        return
    rate = f"{campaign.rate_per_s:,.0f} rows a second"
    if campaign.state != "running":
        yield f"ran at {rate}"
        return
    left = "" if campaign.seconds_left is None else f", {in_time(campaign.seconds_left)} left"
    silence_s = now - (campaign.last_commit_at or now)
    silence = f"; nothing was committed for {in_time(silence_s)}" if silence_s >= SILENCE_S else ""
    yield f"{rate}{left}{silence}"


def _against_deadline(outlook: Outlook, campaign: CampaignStatus) -> str:
    margin = "" if outlook.margin_s is None else in_time(abs(outlook.margin_s))
    started = "started again now: " if campaign.state == "stopped" else ""
    match outlook.verdict:
        case "met" | "missed":
            side = "before" if outlook.verdict == "met" else "after"
            return f"was done {margin} {side} the deadline"
        case "in time":
            return f"{started}in time by {margin}"
        case "late" if outlook.needed_per_s is None:
            return f"late: the deadline was {margin} ago"
        case "late":
            return (
                f"{started}late by {margin}: needs {outlook.needed_per_s:,.0f} rows a second,"
                f" runs at {campaign.rate_per_s:,.0f}"
            )
        case _:
            needed = (
                "" if outlook.needed_per_s is None else f": needs {outlook.needed_per_s:,.0f} rows a second"
            )
            return f"whether in time cannot be told yet{needed}"


def _shown(name: str) -> str:
    """A name that cannot disturb a terminal."""
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in name)
