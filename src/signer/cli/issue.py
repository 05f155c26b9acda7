"""`signer issue`: shots tables in, signed certificates out."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from signer.campaign.issue_run import IssueOrder
from signer.campaign.issue_run import issue as run_issue
from signer.campaign.summary import Summary
from signer.cli import ui
from signer.cli.picture_options import picture_options, refuse_idle
from signer.cli.run import run_logged, usable_cores
from signer.cli.words import counted
from signer.records.pictures import FORMATS, PictureOptions
from signer.records.reasons import Reason

__all__ = ["issue"]

N_REASONS_SHOWN = 10
MOST_AHEAD = timedelta(days=1)
"""How far the time of issue may lie ahead: for clocks that differ, not for certificates of the future."""


class MomentType(click.ParamType[int]):
    """A point in time in ISO 8601, with its zone; as seconds since 1970."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no time such as 2022-04-14T10:15:00+07:00", param, ctx)
        if moment.tzinfo is None:
            self.fail(f"{value!r} has no zone: append Z or one such as +07:00", param, ctx)
        if not datetime(2020, 12, 1, tzinfo=UTC) <= moment < datetime(2100, 1, 1, tzinfo=UTC):
            self.fail(f"{value!r} is not between 2020-12-01 and 2100", param, ctx)
        now = datetime.now(UTC)
        if moment > now + MOST_AHEAD:
            self.fail(f"{value!r} is more than a day ahead of now, {now:%Y-%m-%dT%H:%M:%SZ}", param, ctx)
        return int(moment.timestamp())


@click.command()
@click.argument("shots", metavar="SHOTS...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--profile", required=True, metavar="FILE", type=click.Path(path_type=Path), help="Profile of the issuer."
)
@click.option(
    "--out",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder to make.",
)
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(1, 1024),
    help="Processes; one a usable core, by default.",
)
@click.option(
    "--issued-at", metavar="TIME", type=MomentType(), help="iat, ISO 8601 with zone; now, by default."
)
@click.option(
    "--qr",
    type=click.Choice([*FORMATS, "none"]),
    default="none",
    show_default=True,
    help="Draw the QR codes too, as column qr_png, qr_svg or qr_bits.",
)
@picture_options
@click.option("--json", "as_json", is_flag=True, help="Give the summary as JSON.")
@click.option("--verbose", is_flag=True, help="Log details.")
def issue(
    *,
    shots: tuple[Path, ...],
    profile: Path,
    out: Path,
    workers: int | None,
    issued_at: int | None,
    qr: str,
    qr_level: str,
    qr_raise_level: bool,
    qr_scale: int,
    qr_quiet_zone: int,
    as_json: bool,
    verbose: bool,
) -> None:
    """Turn the rows of SHOTS, Parquet or CSV, into DIR/certificates and DIR/refused.

    DIR appears when all is done, and never half done. Ends with 1 where more rows were refused than the
    profile's limit allows.
    """
    ctx = click.get_current_context()
    has_symbols, has_pixels = qr != "none", qr in ("png", "svg")
    used = {
        "qr_level": has_symbols,
        "qr_raise_level": has_symbols,
        "qr_scale": has_pixels,
        "qr_quiet_zone": has_pixels,
    }
    refuse_idle(ctx, used, f"--qr {qr}")
    pictures = PictureOptions(qr, qr_level, qr_raise_level, qr_scale, qr_quiet_zone) if has_symbols else None
    order = IssueOrder(
        shots=shots,
        profile=profile,
        out=out,
        n_workers=workers or usable_cores(),
        issued_at=int(time.time()) if issued_at is None else issued_at,
        pictures=pictures,
    )
    summary = run_logged(run_issue, order, "signing", verbose=verbose)
    if as_json:
        ui.json_result(summary.as_dict())
    else:
        ui.result(in_words(summary, out))
    if summary.is_above_limit:
        ctx.exit(1)


def in_words(summary: Summary, out: Path) -> str:
    """The summary for people: counts, the commonest reasons of refusal and who must act, and the rate."""
    lines = [f"issued {summary.issued:,} of {counted(summary.rows, 'row')} into {out}"]
    if summary.refused:
        lines.append(f"refused {summary.refused:,}; each with its reason in {out / 'refused'}:")
        commonest = sorted(summary.by_reason.items(), key=lambda entry: (-entry[1], entry[0]))
        for code, count in commonest[:N_REASONS_SHOWN]:
            reason = Reason.of_code(code)
            lines.append(f"  {count:>12,}  {code}, for {reason.actor.in_words} to mend")
            lines.append(f"  {'':>12}  {reason.text}")
    lines.append(
        f"{summary.seconds:.1f} s, {summary.rate_per_s:,.0f} rows a second"
        f" with {counted(summary.workers, 'worker')} at cpu level {summary.cpu_level}"
    )
    return "\n".join(lines)
