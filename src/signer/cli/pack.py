"""`signer pack`: issued certificates as texts, as pictures in archives, or on sheets, for others to use."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal, get_args

import click

from signer.campaign.pack_run import PackOrder
from signer.campaign.pack_run import pack as run_pack
from signer.campaign.pack_summary import PackSummary
from signer.cli import ui
from signer.cli.picture_options import picture_options, refuse_idle
from signer.cli.run import run_logged, usable_cores
from signer.cli.selection_options import selection_of, selection_options
from signer.cli.words import counted
from signer.packing.delivery import Archive, Delivery, Layout, Pictures, Sheets, Texts
from signer.records.pictures import PictureOptions

__all__ = ["pack"]

Format = Literal["png", "svg", "txt", "csv", "ndjson", "zip", "tar", "pdf"]
"""Of these, zip and tar name the archive of png pictures."""

MOST_PER_SHARD = 65_000
"""More would not go into a zip archive, index and all; a worker has room for some more."""


@click.command()
@click.argument(
    "certificates", metavar="CERTIFICATES...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option("--out", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Folder to make.")
@click.option(
    "--format",
    "format_",
    required=True,
    type=click.Choice(get_args(Format)),
    help="Texts: csv, ndjson, txt. Pictures: png, svg; zip and tar are png in these. Paper: pdf.",
)
@click.option("--archive", type=click.Choice(get_args(Archive)), help="Of png and svg; zip, by default.")
@click.option(
    "--by", type=click.Choice(["province", "facility", "none"]), default="none", show_default=True,
    help="A folder for each.",
)  # fmt: skip
@click.option(
    "--shard-size", metavar="N", type=click.IntRange(1, MOST_PER_SHARD), default=10_000, show_default=True,
    help="Most certificates of one file.",
)  # fmt: skip
@selection_options
@picture_options
@click.option(
    "--layout", type=click.Choice(get_args(Layout)), default="sheet", show_default=True,
    help="Of pdf: four certificates a page, or one.",
)  # fmt: skip
@click.option(
    "--font", metavar="FILE", type=click.Path(path_type=Path), help="Of pdf: another TrueType font."
)
@click.option(
    "--shots", metavar="FILE", type=click.Path(path_type=Path), multiple=True,
    help="Of pdf: Parquet of the shots, for nationality and lot; repeatable.",
)  # fmt: skip
@click.option(
    "--workers", metavar="N", type=click.IntRange(1, 1024), help="Processes; one a usable core, by default."
)
@click.option("--json", "as_json", is_flag=True, help="Give the summary as JSON.")
@click.option("--verbose", is_flag=True, help="Log details.")
def pack(
    *,
    certificates: tuple[Path, ...],
    out: Path,
    format_: Format,
    archive: Archive | None,
    by: str,
    shard_size: int,
    uvci: tuple[tuple[str, ...], ...],
    shot_id: tuple[tuple[str, ...], ...],
    province: tuple[str, ...],
    facility: tuple[str, ...],
    issued_from: date | None,
    issued_until: date | None,
    qr_level: str,
    qr_raise_level: bool,
    qr_scale: int,
    qr_quiet_zone: int,
    layout: Layout,
    font: Path | None,
    shots: tuple[Path, ...],
    workers: int | None,
    as_json: bool,
    verbose: bool,
) -> None:
    """Deliver CERTIFICATES, what `signer issue` made, in DIR: all, or those selected.

    CERTIFICATES are registries, output folders or Parquet files; of a registry, only the latest
    signature of each certificate is delivered, and of what was superseded or revoked none. DIR appears when
    all is done, and never half done. Ends with 1 where an id or place asked for is not there, or a
    certificate had to be left out; both are listed in DIR.
    """
    ctx = click.get_current_context()
    pictures = PictureOptions("png", qr_level, qr_raise_level, qr_scale, qr_quiet_zone)
    order = PackOrder(
        certificates=certificates,
        out=out,
        delivery=_delivery(format_, archive, pictures, Sheets(qr_level, qr_raise_level, layout, font, shots)),
        by=by,
        shard_size=shard_size,
        selection=selection_of(
            uvci=uvci,
            shot_id=shot_id,
            province=province,
            facility=facility,
            issued_from=issued_from,
            issued_until=issued_until,
        ),
        n_workers=workers or usable_cores(),
    )
    _refuse_idle(ctx, order.delivery)
    summary = run_logged(run_pack, order, "packing", verbose=verbose)
    if as_json:
        ui.json_result(summary.as_dict())
    else:
        ui.result(_in_words(summary, out))
    ctx.exit(0 if summary.is_complete else 1)


def _delivery(format_: Format, archive: Archive | None, pictures: PictureOptions, sheets: Sheets) -> Delivery:
    match format_:
        case "csv" | "ndjson" | "txt":
            return Texts(format_)
        case "png" | "svg":
            return Pictures(replace(pictures, format=format_), archive or "zip")
        case "zip" | "tar":
            if archive not in (None, format_):
                raise click.UsageError(f"--format {format_} is in a {format_}: drop --archive")
            return Pictures(pictures, format_)
        case "pdf":
            return sheets


def _refuse_idle(ctx: click.Context, delivery: Delivery) -> None:
    of_pictures, of_sheets = isinstance(delivery, Pictures), isinstance(delivery, Sheets)
    used = {
        "archive": of_pictures,
        "qr_scale": of_pictures,
        "qr_quiet_zone": of_pictures,
        "qr_level": of_pictures or of_sheets,
        "qr_raise_level": of_pictures or of_sheets,
        "layout": of_sheets,
        "font": of_sheets,
        "shots": of_sheets,
    }
    refuse_idle(ctx, used, f"--format {delivery.format}")


def _in_words(summary: PackSummary, out: Path) -> str:
    lines = [
        f"packed {summary.packed:,} of {counted(summary.certificates, 'certificate')}"
        f" in {counted(summary.shards, 'shard')} of {counted(summary.groups, 'group')} into {out}"
    ]
    if summary.renewed or summary.superseded or summary.revoked:
        lines.append(
            f"not packed: {summary.renewed:,} renewed since, {summary.superseded:,} superseded,"
            f" {summary.revoked:,} revoked"
        )
    if summary.left_out:
        lines.append(f"left out {summary.left_out:,}; each with its reason in {out / 'left_out.csv'}")
    if summary.not_found:
        lines.append(
            f"not found {counted(summary.not_found, 'id or place', 'ids or places')} asked for;"
            f" listed in {out / 'not_found.csv'}"
        )
    lines.append(
        f"{summary.seconds:.1f} s, {summary.rate_per_s:,.0f} certificates a second"
        f" with {counted(summary.workers, 'worker')} at cpu level {summary.cpu_level}"
    )
    return "\n".join(lines)
