"""`signer report`: a registry as one page for people: progress, expiry, keys, revocations and runs."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import cast

import click

from signer.campaign.report_run import ReportOrder
from signer.campaign.report_run import report as run_report
from signer.cli import ui
from signer.cli.moment import MomentType
from signer.cli.run import run_logged, usable_cores
from signer.cli.words import counted
from signer.reporting.report_content import ReportContent
from signer.reporting.report_words import LanguageCode
from signer.suppression.costs import SMALLEST_SHOWN

__all__ = ["report"]


@click.command()
@click.argument("registry", type=click.Path(path_type=Path))
@click.option(
    "--out",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The page to write, such as report.html; an older one there is replaced.",
)
@click.option(
    "--cleaned",
    metavar="DIR",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A folder that `signer clean` has made, for shots not issued; more than once for earlier rounds.",
)
@click.option(
    "--deadline", metavar="TIME", type=MomentType(), help="When all is to be issued, ISO 8601 with zone."
)
@click.option("--now", metavar="TIME", type=MomentType(), help="Another time than now, ISO 8601 with zone.")
@click.option(
    "--lang", type=click.Choice(["en", "vi"]), default="en", show_default=True, help="Language of the page."
)
@click.option(
    "--smallest",
    metavar="N",
    type=click.IntRange(2, 1000),
    default=SMALLEST_SHOWN,
    show_default=True,
    help="Counts of provinces below N are hidden, and whatever they would follow from.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.option("--verbose", is_flag=True, help="Log details.")
def report(
    *,
    registry: Path,
    out: Path,
    cleaned: tuple[Path, ...],
    deadline: int | None,
    now: int | None,
    lang: str,
    smallest: int,
    as_json: bool,
    verbose: bool,
) -> None:
    """Make one HTML file of where REGISTRY stands: counts only, no network, no script.

    Progress against the deadline by province, throughput, refusals, expiry over the coming year, keys,
    revocations, runs. It needs the extra [report].
    """
    at = int(time.time()) if now is None else now
    language = cast(LanguageCode, lang)
    order = ReportOrder(registry, out, cleaned, deadline, at, language, smallest, usable_cores())
    content = run_logged(
        lambda order, _progress, _clock: run_report(order), order, "reporting", verbose=verbose
    )
    if as_json:
        ui.json_result({"page": str(out), "bytes": out.stat().st_size, **asdict(content)})
    else:
        ui.result(_in_words(content, out))


def _in_words(content: ReportContent, out: Path) -> str:
    progress, health = content.progress, content.health
    lines = [
        f"wrote {out}: {counted(progress.shots, 'shot')}, {progress.without_certificate:,} without a"
        f" certificate; {content.expiry.in_force:,} certificates in force",
    ]
    stopped = sum(run.state == "stopped" for run in health.runs)
    if stopped or health.faults:
        lines.append(f"{counted(stopped, 'run')} stopped half way, {counted(len(health.faults), 'fault')}")
    if content.places is None:
        lines.append("nothing is shown by province: small counts would follow")
    return "\n".join(lines)
