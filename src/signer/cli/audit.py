"""`signer audit`: reads all of a registry, verifies every certificate in it, and names what is at fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from signer.campaign.audit_parts import PlanProgress
from signer.campaign.audit_run import AuditOrder
from signer.campaign.audit_run import audit as run_audit
from signer.campaign.audit_summary import AuditSummary
from signer.cli import ui
from signer.cli.run import run_logged, usable_cores
from signer.cli.words import counted

__all__ = ["audit"]

MOST_FAULTS, MOST_REMARKS = 100, 10


@click.command()
@click.argument("registry", metavar="REGISTRY", type=click.Path(path_type=Path))
@click.option(
    "--trust", metavar="DIR_OR_PEM", type=click.Path(path_type=Path),
    help="DSCs that must have signed; those in the plans, by default.",
)  # fmt: skip
@click.option(
    "--workers", metavar="N", type=click.IntRange(1, 1024), help="Processes; one a usable core, by default."
)
@click.option("--json", "as_json", is_flag=True, help="Give the summary as JSON.")
@click.option("--verbose", is_flag=True, help="Log details.")
def audit(*, registry: Path, trust: Path | None, workers: int | None, as_json: bool, verbose: bool) -> None:
    """Check all of REGISTRY: that every file is as it was committed, every part there once, and every
    certificate genuine. Changes nothing.

    Ends with 0 only if all is well, and with 1 where something is at fault; it names the file, part and row.
    Parts that an unfinished run has still to do are no fault.
    """
    order = AuditOrder(registry, trust, workers or usable_cores())
    summary = run_logged(run_audit, order, "verifying", verbose=verbose)
    if as_json:
        ui.json_result(summary.as_dict())
    else:
        ui.result("\n".join(_in_words(summary)))
    click.get_current_context().exit(0 if summary.is_well else 1)


def _in_words(summary: AuditSummary) -> Iterator[str]:
    listed = summary.faults.in_order()[:MOST_FAULTS]
    yield from (f"{fault.kind}: {fault.message}" for fault in listed)
    if (more := summary.faults.total - len(listed)) > 0:
        yield f"and {counted(more, 'more fault')}; --json lists more of them"
    yield from _remarks(summary)
    n_skipped = sum(summary.skipped.values())
    yield (
        f"{counted(summary.certificates, 'certificate')}, {summary.verified:,} verified;"
        f" {summary.refused:,} refused, {n_skipped:,} skipped,"
        f" {counted(summary.revocations, 'row')} of revocations"
        f" in {counted(summary.files, 'file')} of {counted(len(summary.plans), 'plan')}"
    )
    yield (
        f"{summary.seconds:.1f} s, {summary.rate_per_s:,.0f} certificates a second"
        f" with {counted(summary.workers, 'worker')}"
    )
    yield "all is well" if summary.is_well else _verdict(summary)


def _verdict(summary: AuditSummary) -> str:
    counts = ", ".join(f"{count:,} {kind}" for kind, count in summary.faults.counts.items() if count)
    unchecked = f"; {summary.unchecked:,} certificates not checked" if summary.unchecked else ""
    return f"{counted(summary.faults.total, 'fault')}: {counts}{unchecked}"


def _remarks(summary: AuditSummary) -> Iterator[str]:
    """What an auditor should know and is no fault."""
    yield from (_unfinished(plan) for plan in summary.plans if plan.missing)
    yield from (f"orphan: {orphan.path}: no commit names it" for orphan in summary.orphans[:MOST_REMARKS])
    if (n_orphans := len(summary.orphans)) > MOST_REMARKS:
        yield f"and {counted(n_orphans - MOST_REMARKS, 'more orphan')}"
    if n_orphans:
        yield f"{counted(n_orphans, 'orphan')}; `signer registry clean` removes them"
    if not summary.trusted:
        yield "the DSCs are those of the plans; --trust holds them against others"


def _unfinished(plan: PlanProgress) -> str:
    numbers = ", ".join(map(str, plan.missing[:MOST_REMARKS]))
    more = ", …" if len(plan.missing) > MOST_REMARKS else ""
    advice = f"given up for plan {plan.given_up_for}" if plan.given_up_for else "start its command again"
    missing = counted(len(plan.missing), "part")
    return f"unfinished: plan {plan.plan}: {missing} of {plan.parts} to do ({numbers}{more}); {advice}"
