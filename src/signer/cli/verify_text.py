"""What `signer verify --out` found, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from signer.campaign.verify_summary import VerifySummary
from signer.cli.words import counted

__all__ = ["in_words"]

MOST_NAMED = 10


def in_words(summary: VerifySummary) -> Iterator[str]:
    """Lines by class, issuer and key, and how long it took."""
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in summary.by_reason.items())
    yield (
        f"{counted(summary.codes, 'code')}: {summary.valid:,} valid, {summary.invalid:,} invalid"
        + (f": {reasons}" if reasons else "")
    )
    if summary.by_mark:
        yield "marked: " + ", ".join(f"{count:,} {mark}" for mark, count in summary.by_mark.items())
    yield from _by("issuer", summary.by_issuer)
    yield from _by("key", summary.by_key)
    yield (
        f"{summary.seconds:.1f} s, {summary.rate_per_s:,.0f} codes a second"
        f" with {counted(summary.workers, 'worker')}; verdicts in {summary.out}"
    )


def _by(what: str, counts: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    for name, count in list(counts.items())[:MOST_NAMED]:
        yield f"{what} {name}: {count['valid']:,} valid, {count['invalid']:,} invalid"
    if (n_more := len(counts) - MOST_NAMED) > 0:
        yield f"and {counted(n_more, f'more {what}')}; --json names them all"
