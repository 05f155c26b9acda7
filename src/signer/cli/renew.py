"""`signer renew`: certificates that expire soon are signed anew."""

from __future__ import annotations

import re
import time
from pathlib import Path

import click

from signer.campaign.issue_parts import ROWS_PER_PART
from signer.campaign.renew_forecast import foresee
from signer.campaign.renew_run import RenewOrder
from signer.campaign.renew_run import renew as run_renewal
from signer.cli import ui
from signer.cli.metrics_option import metrics_option, metrics_written
from signer.cli.moment import MomentType, told_if_ahead
from signer.cli.renew_text import forecast_in_words, renewal_in_words
from signer.cli.run import run_logged, usable_cores

__all__ = ["renew"]

MOST_DAYS = 366


class DaysType(click.ParamType[int]):
    """A number of days such as 30d."""

    name = "days"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        found = re.fullmatch(r"([0-9]{1,3})d?", str(value), re.ASCII)
        if not found or int(found[1]) > MOST_DAYS:
            self.fail(f"{value!r} is no number of days such as 30d, {MOST_DAYS}d at most", param, ctx)
        return int(found[1])


@click.command()
@click.argument("registry", type=click.Path(path_type=Path))
@click.option(
    "--profile", required=True, metavar="FILE", type=click.Path(path_type=Path), help="Profile of the issuer."
)
@click.option(
    "--expiring-within",
    "window_days",
    required=True,
    metavar="DAYS",
    type=DaysType(),
    help="How long before they expire certificates are due, such as 30d: so many nights may fail.",
)
@click.option(
    "--spread",
    "spread_days",
    metavar="DAYS",
    type=DaysType(),
    default=0,
    help="Renew up to so many days before they are due, so that all nights have the same to do.",
)
@click.option("--limit", metavar="N", type=click.IntRange(1), help="Renew at most so many, soonest first.")
@click.option("--now", metavar="TIME", type=MomentType(), help="iat, ISO 8601 with zone; now, by default.")
@click.option(
    "--population",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Renew only for holders who are in this register as their certificates name them; may be repeated.",
)
@click.option("--dry-run", is_flag=True, help="Only tell what each night of the coming year has to do.")
@click.option(
    "--workers", metavar="N", type=click.IntRange(1, 1024), help="Processes; one a usable core, by default."
)
@click.option(
    "--rows-per-part",
    type=click.IntRange(1, 10_000_000),
    default=ROWS_PER_PART,
    show_default=True,
    metavar="N",
    help="Certificates that are committed at a time: what a crash costs, once a worker.",
)
@click.option(
    "--take-over", is_flag=True, help="Take the registry from a run that is stopped and will not go on."
)
@metrics_option
@click.option("--json", "as_json", is_flag=True, help="Give the summary as JSON.")
@click.option("--verbose", is_flag=True, help="Log details.")
def renew(
    *,
    registry: Path,
    profile: Path,
    window_days: int,
    spread_days: int,
    limit: int | None,
    now: int | None,
    population: tuple[Path, ...],
    dry_run: bool,
    workers: int | None,
    rows_per_part: int,
    take_over: bool,
    metrics: Path | None,
    as_json: bool,
    verbose: bool,
) -> None:
    """Sign the certificates of REGISTRY anew that expire soon, with the DSC that the profile names now.

    For a job that runs each night. A certificate stays what it is but for iat, exp and kid. Left out are
    those that are revoked or superseded, or were signed this night already: the same command goes on where it
    was stopped, and then has nothing to do. Also those that have expired unrenewed are renewed.
    """
    _refuse_future(now, is_signing=not dry_run)
    order = RenewOrder(
        registry=registry,
        profile=profile,
        n_workers=workers or usable_cores(),
        now=int(time.time()) if now is None else now,
        window_days=window_days,
        spread_days=spread_days,
        limit=limit,
        population=population,
        take_over=take_over,
        rows_per_part=rows_per_part,
    )
    if dry_run:
        if metrics is not None:
            raise click.UsageError("--dry-run changes nothing that --metrics could tell")
        if take_over:
            raise click.UsageError("--dry-run changes nothing and needs no --take-over")
        if population:
            raise click.UsageError(
                "--dry-run looks no holders up: it counts all that are due; drop --population"
            )
        foreseen = run_logged(foresee, order, "counting", verbose=verbose)
        ui.json_result(foreseen.as_dict()) if as_json else ui.result(forecast_in_words(foreseen))
        return
    with metrics_written(metrics, registry, "renew"):
        summary = run_logged(run_renewal, order, "renewing", verbose=verbose)
        if as_json:
            ui.json_result(summary.as_dict())
        else:
            ui.result(renewal_in_words(summary, registry))
        if summary.is_above_limit:
            click.get_current_context().exit(1)


def _refuse_future(now: int | None, *, is_signing: bool) -> None:
    """A mistyped year would sign what no verifier takes before it, and no night before it renews again."""
    if is_signing and now is not None and (told := told_if_ahead(now)):
        raise click.BadParameter(f"{told}; only --dry-run looks so far", param_hint="'--now'")
