"""`signer issue`: shots tables in, signed certificates out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from signer.campaign.issue_run import IssueOrder
from signer.campaign.issue_run import issue as run_issue
from signer.campaign.left_out import EARLIER_DOSE, NEWER, REVOKED, UNCHANGED
from signer.campaign.registry_run import RegistryOrder, issue_into_registry
from signer.campaign.registry_summary import RegistrySummary
from signer.campaign.summary import Summary
from signer.cli import ui
from signer.cli.issue_options import REGISTRY_OPTIONS, registry_choices, registry_options
from signer.cli.metrics_option import metrics_option, metrics_written
from signer.cli.moment import PastMomentType
from signer.cli.picture_options import picture_options, refuse_idle
from signer.cli.run import run_logged, usable_cores
from signer.cli.words import counted
from signer.records.pictures import FORMATS, PictureOptions
from signer.records.reasons import Reason

__all__ = ["issue"]

N_REASONS_SHOWN = 10
SKIPPED = {
    UNCHANGED: "their certificates stand in the registry",
    REVOKED: "their certificates are revoked, and stand for no other until that is undone",
    NEWER: "another plan has issued them meanwhile",
    EARLIER_DOSE: "their persons have later doses",
}


@click.command()
@click.argument("shots", metavar="SHOTS...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--profile", required=True, metavar="FILE", type=click.Path(path_type=Path), help="Profile of the issuer."
)
@click.option("--out", metavar="DIR", type=click.Path(path_type=Path), help="Folder to make.")
@click.option(
    "--registry",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Registry to issue into; made where there is none.",
)
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(1, 1024),
    help="Processes; one a usable core, by default.",
)
@click.option(
    "--issued-at", metavar="TIME", type=PastMomentType(), help="iat, ISO 8601 with zone; now, by default."
)
@registry_options
@click.option(
    "--qr",
    type=click.Choice([*FORMATS, "none"]),
    default="none",
    show_default=True,
    help="Draw the QR codes too, as column qr_png, qr_svg or qr_bits.",
)
@picture_options
@metrics_option
@click.option("--json", "as_json", is_flag=True, help="Give the summary as JSON.")
@click.option("--verbose", is_flag=True, help="Log details.")
def issue(
    *,
    shots: tuple[Path, ...],
    profile: Path,
    out: Path | None,
    registry: Path | None,
    workers: int | None,
    issued_at: int | None,
    qr: str,
    metrics: Path | None,
    as_json: bool,
    verbose: bool,
    **others: Any,
) -> None:
    """Turn the rows of SHOTS, Parquet or CSV, into certificates and refusals.

    With --out DIR they are DIR/certificates and DIR/refused; DIR appears when all is done, and never half
    done. With --registry DIR each part is added for good as soon as it is done: the same command goes on
    where it was stopped, and a shot that has its certificate is skipped. Ends with 1 where more rows were
    refused than the profile's limit allows.
    """
    ctx = click.get_current_context()
    n_workers, now = workers or usable_cores(), int(time.time())
    pictures = _pictures(ctx, qr, others)
    if registry is not None and out is None:
        registry_order = RegistryOrder(
            shots, profile, registry, n_workers, issued_at, now, pictures, **registry_choices(others)
        )
        with metrics_written(metrics, registry, "issue"):
            _tell(
                run_logged(issue_into_registry, registry_order, "signing", verbose=verbose), registry, as_json
            )
    elif out is not None and registry is None:
        refuse_idle(ctx, dict.fromkeys([*REGISTRY_OPTIONS, "metrics"], False), "--out")
        order = IssueOrder(shots, profile, out, n_workers, now if issued_at is None else issued_at, pictures)
        _tell(run_logged(run_issue, order, "signing", verbose=verbose), out, as_json)
    else:
        raise click.UsageError("name one of --out, for a folder, and --registry")


def _tell(summary: Summary, out: Path, as_json: bool) -> None:
    """Gives the result, and ends with 1 where it is not good enough."""
    if as_json:
        ui.json_result(summary.as_dict())
    else:
        ui.result(in_words(summary, out))
    if summary.is_above_limit:
        click.get_current_context().exit(1)


def _pictures(ctx: click.Context, qr: str, options: Mapping[str, Any]) -> PictureOptions | None:
    has_symbols, has_pixels = qr != "none", qr in ("png", "svg")
    used = {
        "qr_level": has_symbols,
        "qr_raise_level": has_symbols,
        "qr_scale": has_pixels,
        "qr_quiet_zone": has_pixels,
    }
    refuse_idle(ctx, used, f"--qr {qr}")
    return PictureOptions(qr, *(options[name] for name in used)) if has_symbols else None


def in_words(summary: Summary, out: Path) -> str:
    """The summary for people: counts, the commonest reasons of refusal and who must act, and the rate."""
    lines = [f"issued {summary.issued:,} of {counted(summary.rows, 'row')} into {out}"]
    if isinstance(summary, RegistrySummary):
        lines = _about_plan(summary, out)
        if summary.parts_before == summary.parts:
            return "\n".join(lines)
    if summary.refused:
        where = "the table refused" if isinstance(summary, RegistrySummary) else out / "refused"
        lines.append(f"refused {summary.refused:,}; each with its reason in {where}:")
        commonest = sorted(summary.by_reason.items(), key=lambda entry: (-entry[1], entry[0]))
        for code, count in commonest[:N_REASONS_SHOWN]:
            reason = Reason.of_code(code)
            lines.append(f"  {count:>12,}  {code}, for {reason.actor.in_words} to mend")
            lines.append(f"  {'':>12}  {reason.text}")
    if summary.is_above_limit:
        share = summary.refused / summary.rows
        lines.append(
            f"refused {share:.1%}, above the limit of {summary.refused_limit:.1%} in the profile: ends with 1"
        )
    lines.append(
        f"{summary.seconds:.1f} s, {summary.rate_per_s:,.0f} rows a second"
        f" with {counted(summary.workers, 'worker')} at cpu level {summary.cpu_level}"
    )
    return "\n".join(lines)


def _about_plan(summary: RegistrySummary, out: Path) -> list[str]:
    plan, before = summary.plan[:8], f"{summary.parts_before} of {summary.parts} parts"
    lines = [f"issued {summary.issued_now:,} of {counted(summary.rows, 'row')} into {out}"]
    if summary.parts_before == summary.parts:
        lines = [
            f"nothing to do: plan {plan}, {counted(summary.rows, 'row')}, is done; --new-plan starts it anew"
        ]
        lines.append(f"it issued {summary.issued:,} and refused {summary.refused:,}")
    elif summary.parts_before:
        lines.append(f"plan {plan} went on behind {before}; with these it issued {summary.issued:,}")
    return lines + [f"skipped {count:,}: {SKIPPED[reason]}" for reason, count in summary.skipped.items()]
