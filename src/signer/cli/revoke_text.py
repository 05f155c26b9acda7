"""What came of an order to revoke or restore, for people to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from signer.campaign.revoke_summary import KeyCost, RevokeSummary
from signer.cli.words import counted
from signer.records.schemas import REVOKED

__all__ = ["in_words"]

N_SHOWN = 10


def in_words(summary: RevokeSummary) -> str:
    """Counts, places, keys, what was not found, and the order that was recorded."""
    return "\n".join(
        [*_counts(summary), *_provinces(summary), *_keys(summary), *_lost(summary), *_end(summary)]
    )


def _counts(summary: RevokeSummary) -> Iterator[str]:
    counts = summary.counts
    does_revoke = summary.action == REVOKED
    verb = ("would " if summary.dry_run else "") + ("revoke" if does_revoke else "restore")
    if not summary.dry_run:
        verb = summary.action
    signatures, persons = counted(counts.signatures, "signature"), counted(counts.persons, "person")
    yield f"{verb} {counted(counts.certificates, 'certificate')} of {persons}, {signatures}"
    as_is = counts.revoked_before if does_revoke else counts.selected - counts.revoked_before
    if as_is:
        why = "are revoked already" if does_revoke else "are not revoked"
        yield f"of {counts.selected:,} named, {as_is:,} {why}"
    if counts.completed:
        yield f"{counts.completed:,} of these were signed anew since; their new signatures are covered now"
    if counts.superseded or counts.expired:
        yield f"among them {counts.superseded:,} superseded, {counts.expired:,} expired"


def _provinces(summary: RevokeSummary) -> Iterator[str]:
    for province, number in summary.by_province[:N_SHOWN]:
        yield f"  {number:>12,}  {'(no province)' if province is None else province}"
    rest = summary.by_province[N_SHOWN:]
    if rest:
        yield f"  {sum(number for _, number in rest):>12,}  in {counted(len(rest), 'more province')}"


def _keys(summary: RevokeSummary) -> Iterator[str]:
    for key in summary.keys[:N_SHOWN]:
        yield (
            f"kid {key.kid.hex()}: {key.covered:,} of {counted(key.unexpired, 'certificate')} that are still"
            f" accepted, {key.share:.1%}"
        )
        if key.under_others:
            yield f"  {key.under_others:,} of these are accepted under another kid, too"
        if key.is_cheaper:
            yield f"  {_instead(key)}"


def _instead(key: KeyCost) -> str:
    batches = counted(key.batches, "batch", "batches")
    return (
        f"withdraw the key instead: one deletion from the trust list, not {batches};"
        " nothing else would go with it"
    )


def _lost(summary: RevokeSummary) -> Iterator[str]:
    lost: Sequence[str] = [*summary.faults, *summary.not_found]
    yield from lost[:N_SHOWN]
    if len(lost) > N_SHOWN:
        yield f"and {len(lost) - N_SHOWN:,} more that are not found or cannot be; --json names all"
    if not summary.counts.selected:
        yield "no certificate is named by all of these together"


def _end(summary: RevokeSummary) -> Iterator[str]:
    if summary.dry_run:
        yield "nothing was changed: a dry run"
    elif summary.order is None:
        yield "nothing to do: nothing was recorded"
    else:
        yield f"recorded as order {summary.order[:8]}, {summary.campaign}"
        yield "`signer revocations` makes the lists for verifiers and the batches for the gateway"
