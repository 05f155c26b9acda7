"""What a renewal did, and what the coming nights have to do, for people to read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from pathlib import Path

from signer.campaign.renew_forecast import RenewalForecast
from signer.campaign.renew_summary import RenewalSummary
from signer.cli.words import counted

__all__ = ["forecast_in_words", "renewal_in_words"]

SKIPPED = {
    "revoked": "they were revoked meanwhile",
    "superseded": "their shots were corrected meanwhile",
    "newer": "another plan has renewed them meanwhile",
    "held_back": "they were refused before, for what still holds",
}


def renewal_in_words(summary: RenewalSummary, registry: Path) -> str:
    """Counts, what is left over, and the rate."""
    return "\n".join(_lines(summary, registry))


def _lines(summary: RenewalSummary, registry: Path) -> Iterator[str]:
    if summary.plan is None:
        yield f"nothing to renew in {registry} in the night of {summary.night}"
        return
    if summary.parts_before == summary.parts:
        yield f"nothing to do: the night of {summary.night} has renewed {summary.renewed:,} certificates"
        return
    yield f"renewed {summary.renewed_now:,} of {counted(summary.selected, 'certificate')} in {registry}"
    yield f"due were {summary.due:,} in the night of {summary.night}"
    if summary.parts_before:
        yield f"went on behind {summary.parts_before} of {summary.parts} parts"
    if summary.lapsed:
        yield f"{summary.lapsed:,} had expired before they were renewed: look why nights were missed"
    if summary.left_over:
        yield f"left over by the limit: {summary.left_over:,}"
    for reason, count in summary.skipped.items():
        yield f"skipped {count:,}: {SKIPPED[reason]}"
    if summary.refused:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in summary.by_reason.items())
        yield f"refused {summary.refused:,} ({reasons}); each in the table refused"
    yield (
        f"{summary.seconds:.1f} s, {summary.rate_per_s:,.0f} certificates a second"
        f" with {counted(summary.workers, 'worker')} at cpu level {summary.cpu_level}"
    )


def forecast_in_words(foreseen: RenewalForecast) -> str:
    """Tonight, the coming year, and a line a month."""
    night, most = foreseen.busiest
    lines = [
        f"tonight ({foreseen.night}): {foreseen.selected:,} to renew, of which {foreseen.due:,} are due"
        f" and {foreseen.lapsed:,} have expired",
        f"the coming year: {sum(foreseen.nights):,} in {len(foreseen.nights)} nights, {foreseen.mean:,.0f} a"
        f" night; the busiest is {night} with {most:,}, {_times(most, foreseen.mean)} the mean",
        f"{'month':<7}  {'a night':>11}  {'busiest':>11}",
    ]
    dated = [(foreseen.night + timedelta(days=after), n) for after, n in enumerate(foreseen.nights)]
    for month, nights in groupby(dated, key=lambda entry: f"{entry[0]:%Y-%m}"):
        counts = [count for _, count in nights]
        lines.append(f"{month}  {sum(counts) / len(counts):>11,.0f}  {max(counts):>11,}")
    return "\n".join(lines)


def _times(most: int, mean: float) -> str:
    return f"{most / mean:.1f} times" if mean else "as many as"
