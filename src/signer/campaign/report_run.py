"""The report run: counts a registry and cleaned rounds, and writes what of it may be shown as one page."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from signer.campaign.dscs import Dsc, dscs_of
from signer.campaign.left_out import EARLIER_DOSE
from signer.campaign.registry_views import files_of_registry
from signer.campaign.report_counts import Order, RegistryCounts, count_registry
from signer.campaign.report_health import health_of
from signer.campaign.report_places import places_of
from signer.campaign.report_rounds import Rounds, read_rounds
from signer.campaign.report_shots import Shots, shots_of
from signer.campaign.report_times import points_left, throughput_of
from signer.campaign.standing import WINDOWS_DAYS, Standing
from signer.campaign.status import RegistryStatus, read_status
from signer.campaign.workspace import refuse_in_registry, refuse_irregular
from signer.durable import naming, write_text
from signer.durations import DAY_S
from signer.registry import Registry, open_registry
from signer.registry.history import read_history
from signer.registry.layout import CERTIFICATES
from signer.reporting.charts.drawing import require_matplotlib
from signer.reporting.report_content import (
    Expiry,
    Key,
    OrderDay,
    Progress,
    ReportContent,
    Revocations,
)
from signer.reporting.report_page import make_report
from signer.reporting.report_words import LanguageCode

__all__ = ["ReportOrder", "content_of", "report"]

log = logging.getLogger(__name__)

YEAR_DAYS = 365
PACE_DAYS = 7


@dataclass(frozen=True)
class ReportOrder:
    """Which registry and rounds to tell of, and where to; times in seconds since 1970.

    By province counts below `smallest` are hidden.
    """

    registry: Path
    out: Path
    cleaned: Sequence[Path]
    deadline: int | None
    now: int
    language: LanguageCode
    smallest: int
    threads: int


def report(order: ReportOrder) -> ReportContent:
    """Writes the page, over an older one; gives what it says.

    Starts threads: do not fork afterwards. Raises ReportUnready, OutputUnwritable, RegistryUnreadable and
    InputUnreadable before anything is written, StoppedHalfWay and DiskFull.
    """
    require_matplotlib()
    refuse_in_registry(order.out, order.registry)
    refuse_irregular(order.out)
    content = content_of(order)
    log.info("drawing")
    page = make_report(content, order.registry.absolute().name, order.language)
    with naming(order.out):
        write_text(order.out, page)
    return content


def content_of(order: ReportOrder) -> ReportContent:
    """Counts all that a report says."""
    registry = open_registry(order.registry)
    rounds = read_rounds(order.cleaned)
    status = read_status(registry, order.now)
    files = files_of_registry(registry)
    history = read_history(registry.path / CERTIFICATES)  # last: it has the time of each commit seen before
    log.info("counting %d certificates", status.certificates)
    counts = count_registry(files, order.now, order.threads, rounds.last if rounds else None)
    shots = shots_of(counts, rounds)
    times = {timed.committed.version: timed.committed_at for timed in history.files}
    return ReportContent(
        now=order.now,
        deadline=order.deadline,
        signed=sum(file.file.rows for file in files.certificates),
        superseded=counts.standing.superseded,
        progress=_progress(shots, times, status, rounds, order.now),
        places=places_of(shots, times, order.smallest),
        throughput=throughput_of(history.files, files.renewal_plans, _last_rate(status)),
        expiry=_expiry(counts.standing),
        keys=_keys(registry, counts.standing),
        revocations=_revocations(counts),
        health=health_of(status, counts.standing, order.now),
    )


def _progress(
    shots: Shots, times: Mapping[int, float], status: RegistryStatus, rounds: Rounds | None, now: int
) -> Progress:
    issued, reasons = shots.issued_by_version, shots.reasons
    recent = sum(n for version, n in issued.items() if times[version] > now - PACE_DAYS * DAY_S)
    without = sum(reasons.values())
    unfinished = [one for one in status.campaigns if one.state in ("running", "stopped")]
    told = rounds.rounds if rounds else ()
    return Progress(
        with_certificate=sum(issued.values()),
        without_certificate=without,
        reasons=reasons,
        points=points_left(issued, times, without, told, now),
        pace_per_day=recent / PACE_DAYS,
        rows_undone=sum(one.rows_left for one in unfinished if one.plan.kind == "issue"),
        left_out=sum(one.skipped.get(EARLIER_DOSE, 0) for one in status.campaigns),
        is_of_rounds=rounds is not None,
        rounds=told,
    )


def _last_rate(status: RegistryStatus) -> float | None:
    """Of the run that committed last."""
    done = [one for one in status.campaigns if one.last_commit_at is not None]
    return max(done, key=lambda one: one.last_commit_at or 0).rate_per_s if done else None


def _expiry(standing: Standing) -> Expiry:
    first = standing.at // DAY_S
    by_day = [0] * YEAR_DAYS
    later = 0
    for each in standing.expiring:
        day = each.expires_at // DAY_S - first
        if each.expires_at > standing.at and day < YEAR_DAYS:
            by_day[day] += each.certificates
        elif each.expires_at > standing.at:
            later += each.certificates
    within = {days: standing.expiring_within(days) for days in WINDOWS_DAYS}
    return Expiry(first, tuple(by_day), standing.lapsed, later, within)


def _keys(registry: Registry, standing: Standing) -> tuple[Key, ...]:
    """Those in use first."""
    dscs, in_force = dscs_of(registry), standing.by_kid
    keys = [_key(kid, dscs.get(kid), standing) for kid in sorted({*dscs, *in_force})]
    return tuple(sorted(keys, key=lambda key: -key.in_force))


def _key(kid: str, dsc: Dsc | None, standing: Standing) -> Key:
    signed = [each for each in standing.expiring if each.kid == kid and each.expires_at > standing.at]
    return Key(
        kid=kid,
        in_force=sum(each.certificates for each in signed),
        not_before=dsc.not_before if dsc else None,
        not_after=dsc.not_after if dsc else None,
        last_expiry=max((each.expires_at for each in signed), default=None),
        outliving=sum(each.certificates for each in signed if dsc and each.expires_at > dsc.not_after),
    )


def _revocations(counts: RegistryCounts) -> Revocations:
    by_day: dict[int, list[Order]] = {}
    for order in counts.orders:
        by_day.setdefault(order.day, []).append(order)
    days = [
        OrderDay(
            day,
            len({order.campaign for order in orders}),
            sum(order.certificates for order in orders if order.action == "revoked"),
            sum(order.certificates for order in orders if order.action == "restored"),
        )
        for day, orders in sorted(by_day.items())
    ]
    return Revocations(counts.standing.revoked, dict(counts.revoked), tuple(days))
