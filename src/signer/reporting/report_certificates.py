"""The parts of a report on certificates: how fast they come, when they expire, keys, revocations and runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from signer.durations import DAY_S
from signer.reporting.charts.bars import bars
from signer.reporting.charts.small import share_bar
from signer.reporting.report_content import Expiry, Key, ReportContent, Run, Throughput
from signer.reporting.report_markup import Html, dated, element, paragraph, table
from signer.reporting.report_words import Words

__all__ = [
    "expiry_section",
    "keys_section",
    "revocations_section",
    "runs_section",
    "throughput_section",
]

MOST_SPANS_LISTED = 31


def throughput_section(content: ReportContent, words: Words) -> Iterator[Html]:
    """Certificates a day or an hour."""
    throughput = content.throughput
    if not throughput.spans:
        yield paragraph(words.text("progress_nothing"))
        return
    yield paragraph(" ".join(_pace(throughput, words)), class_="lead")
    spans = throughput.spans
    issued, renewed = [span.issued for span in spans], [span.renewed for span in spans]
    title = words.text("throughput_day" if throughput.unit_s == DAY_S else "throughput_hour")
    yield element("h3", dated(title))
    yield bars(
        "throughput", title, [span.begins for span in spans], issued, renewed,
        unit_s=throughput.unit_s, words=words,
    )  # fmt: skip
    yield _legend(words, "issued", "renewed")
    rows = [
        (
            words.day(span.begins // DAY_S) if throughput.unit_s == DAY_S else words.moment(span.begins),
            words.number(span.issued),
            words.number(span.renewed),
        )
        for span in spans[::-1][:MOST_SPANS_LISTED]
    ]
    headings = [words.text(name) for name in ("time", "issued", "renewed")]
    yield _folded(words, table(title, headings, rows))


def expiry_section(content: ReportContent, words: Words) -> Iterator[Html]:
    """Certificates in force, by the day of the coming year on which they expire."""
    expiry = content.expiry
    if expiry.in_force:
        yield paragraph(" ".join(_expiring(expiry, words)), class_="lead")
        days = range(expiry.first_day, expiry.first_day + len(expiry.by_day))
        begin, end = words.day(days[0]), words.day(days[-1])
        title = words.text("expiry_chart", begin=begin, end=end)
        yield element("h3", dated(title))
        yield bars("expiry", title, [day * DAY_S for day in days], expiry.by_day, unit_s=DAY_S, words=words)
        headings = [words.text(name) for name in ("month", "certificates", "busiest_day")]
        yield _folded(words, table(title, headings, _months(expiry, words)))
    else:
        yield paragraph(words.text("expiry_none"))
    if expiry.lapsed:
        yield paragraph(words.text("expiry_lapsed", n=words.number(expiry.lapsed)), class_="warning")


def keys_section(content: ReportContent, words: Words) -> Iterator[Html]:
    """Keys, what they have signed, and whether a certificate outlives the DSC."""
    if not content.keys:
        yield paragraph(words.text("keys_none"))
        return
    outliving = sum(key.outliving for key in content.keys)
    if outliving:
        yield paragraph(words.text("keys_outliving", n=words.number(outliving)), class_="warning")
    else:
        yield paragraph(words.text("keys_fine"))
    whole = sum(key.in_force for key in content.keys)
    names = ("kid", "dsc_ends", "last_expiry", "in_force", "share")
    headings = [*(words.text(name) for name in names), "", words.text("outliving")]
    rows = [_key_row(key, whole, words) for key in content.keys]
    yield table(words.text("keys_caption"), headings, rows, texts=3, class_="keys")


def revocations_section(content: ReportContent, words: Words) -> Iterator[Html]:
    """What is revoked now and why, and the orders by day."""
    revocations = content.revocations
    if not revocations.days:
        yield paragraph(words.text("revocations_none"))
        return
    orders = sum(day.orders for day in revocations.days)
    n_days = words.number(len(revocations.days))
    now = words.number(revocations.revoked)
    told = words.text("revocations_told", n=now, orders=words.number(orders), days=n_days)
    yield paragraph(told, class_="lead")
    reasons = [
        (reason or words.text("no_reason"), words.number(n), words.percent(n, revocations.revoked))
        for reason, n in revocations.by_reason.items()
    ]
    if reasons:
        headings = [words.text("reason"), words.text("certificates"), "%"]
        yield table(words.text("revocations_reasons"), headings, reasons)
    title = words.text("revocations_chart")
    yield element("h3", dated(title))
    begins = [day.day * DAY_S for day in revocations.days]
    revoked, restored = [day.revoked for day in revocations.days], [day.restored for day in revocations.days]
    yield bars("revocations", title, begins, revoked, restored, unit_s=DAY_S, words=words)
    yield _legend(words, "revoked", "restored")
    rows = [
        (words.day(day.day), *(words.number(n) for n in (day.orders, day.revoked, day.restored)))
        for day in revocations.days[::-1][:MOST_SPANS_LISTED]
    ]
    headings = [words.text(name) for name in ("day", "orders", "revoked", "restored")]
    yield _folded(words, table(title, headings, rows))


def runs_section(content: ReportContent, words: Words) -> Iterator[Html]:
    """The last runs, what is wrong, and when the next renewal is due."""
    health = content.health
    stopped = sum(run.state == "stopped" for run in health.runs)
    if stopped:
        yield paragraph(words.text("health_stopped", n=words.number(stopped)), class_="warning")
    if health.faults:
        yield paragraph(words.text("health_faults", n=words.number(len(health.faults))), class_="warning")
    if not stopped and not health.faults:
        yield paragraph(words.text("health_good"))
    if health.orphans:
        yield paragraph(words.text("health_orphans", n=words.number(health.orphans)))
    if health.is_running:
        yield paragraph(words.text("health_running"))
    yield _renewal(content, words)
    if not health.runs:
        yield paragraph(words.text("runs_none"))
        return
    names = ("plan", "kind", "state", "last_commit", "rows", "done", "issued", "refused", "skipped", "rate")
    caption = words.text(
        "runs_caption", n=words.number(len(health.runs)), all=words.number(health.n_campaigns)
    )
    headings = [words.text(name) for name in (*names, "faults")]
    yield table(caption, headings, [_run_row(run, words) for run in health.runs], texts=4, class_="runs")


def _pace(throughput: Throughput, words: Words) -> Iterator[str]:
    spans = throughput.spans
    issued, renewed = sum(span.issued for span in spans), sum(span.renewed for span in spans)
    yield words.text(
        "throughput_told",
        issued=words.number(issued),
        renewed=words.number(renewed),
        begin=words.day(spans[0].begins // DAY_S),
    )
    if (busiest := throughput.busiest_hour) is not None:
        n = words.number(busiest.issued + busiest.renewed)
        yield words.text("throughput_busiest", hour=words.moment(busiest.begins), n=n)
    if throughput.rate_per_s is not None:
        yield words.text("throughput_rate", rate=words.number(throughput.rate_per_s))


def _expiring(expiry: Expiry, words: Words) -> Iterator[str]:
    week, month, quarter = (words.number(expiry.within[days]) for days in (7, 30, 90))
    yield words.text("expiry_told", week=week, month=month, quarter=quarter)
    most = max(expiry.by_day)
    if most:
        day = words.day(expiry.first_day + expiry.by_day.index(most))
        yield words.text("expiry_busiest", n=words.number(most), day=day)
    if expiry.later:
        yield words.text("expiry_later", n=words.number(expiry.later))


def _months(expiry: Expiry, words: Words) -> list[Sequence[str]]:
    months: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, count in enumerate(expiry.by_day):
        at = datetime.fromtimestamp((expiry.first_day + number) * DAY_S, UTC)
        months[at.year, at.month].append(count)
    return [
        (words.month(*month), words.number(sum(counts)), words.number(max(counts)))
        for month, counts in months.items()
    ]


def _key_row(key: Key, whole: int, words: Words) -> list[str]:
    def day(at: int | None, otherwise: str) -> str:
        return otherwise if at is None else words.day(at // DAY_S)

    marked = "number wrong" if key.outliving else "number"
    return [
        key.kid,
        day(key.not_after, words.text("unknown")),
        day(key.last_expiry, "–"),
        words.number(key.in_force),
        words.percent(key.in_force, whole),
        element("td", share_bar(key.in_force / whole) if whole else "", class_="chart-cell"),
        element("td", words.number(key.outliving), class_=marked),
    ]


def _run_row(run: Run, words: Words) -> list[str]:
    state = words.text(f"state_{run.state.replace(' ', '_')}")
    is_wrong = run.state == "stopped"
    return [
        run.plan,
        words.text(f"kind_{run.kind}"),
        element("td", state, class_="wrong" if is_wrong else None),
        "–" if run.last_commit_at is None else words.moment(run.last_commit_at),
        *(words.number(n) for n in (run.rows, run.rows_done, run.issued, run.refused, run.skipped)),
        "–" if run.rate_per_s is None else words.number(run.rate_per_s),
        element("td", words.number(run.n_faults), class_="number wrong" if run.n_faults else "number"),
    ]


def _renewal(content: ReportContent, words: Words) -> Html:
    renewal, within_month = content.health.renewal, content.expiry.within[30]
    if renewal is None and within_month:
        told = words.text("renewal_missing", n=words.number(within_month))
        return paragraph(told, class_="warning")
    if renewal is None:
        return paragraph(words.text("renewal_none"))
    if renewal.is_overdue:
        return paragraph(words.text("renewal_overdue", night=renewal.night), class_="warning")
    return paragraph(words.text("renewal_last", night=renewal.night, next=renewal.next_night))


def _legend(words: Words, *names: str) -> Html:
    entries = (
        element("span", element("i", class_=colour), words.text(name))
        for name, colour in zip(names, ("blue", "orange"), strict=True)
    )
    return element("p", *entries, class_="legend")


def _folded(words: Words, content: Html) -> Html:
    return element("details", element("summary", words.text("as_table")), content)
