"""`signer pack`: issued certificates as texts, as pictures in archives, or on sheets, for others to use."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, cast

import click

from signer import log
from signer.campaign.pack_run import PackOrder
from signer.campaign.pack_run import pack as run_pack
from signer.campaign.pack_summary import PackSummary
from signer.cli import ui
from signer.cli.issue import usable_cores
from signer.cli.picture_options import picture_options, refuse_idle
from signer.cli.progress import show_progress
from signer.cli.stopping import stopped_by_signals
from signer.cli.words import counted
from signer.packing.delivery import SHEETS, Archive, Content, Delivery
from signer.packing.selection import Selection
from signer.records.pictures import PictureOptions

__all__ = ["pack"]

FORMATS = ("png", "svg", "txt", "csv", "ndjson", "zip", "tar", "pdf")
ARCHIVED: dict[str, tuple[Content, Archive]] = {"zip": ("png", "zip"), "tar": ("png", "tar")}
"""Formats that name the archive of png pictures."""

FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2100, 1, 1)
MOST_PER_SHARD = 65_000
"""More would not go into a zip archive, index and all; a worker has room for some more."""


class IdsType(click.ParamType[tuple[str, ...]]):
    """An id, or `@FILE` of ids, one a line."""

    name = "id"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        text = str(value)
        try:
            ids = tuple(_lines(Path(text[1:]))) if text.startswith("@") else (text,)
        except OSError as error:
            self.fail(f"{text[1:]}: cannot be read: {error.strerror}", param, ctx)
        except UnicodeError:
            self.fail("not in UTF-8", param, ctx)
        if not all(map(_is_unicode, ids)):
            self.fail("not in UTF-8", param, ctx)
        if not any(ids):
            self.fail(f"{text!r} names no id", param, ctx)
        return ids


def _lines(path: Path) -> Iterator[str]:
    """Without blanks around them, empty lines and a byte order mark."""
    with path.open(encoding="utf-8-sig") as file:
        yield from filter(None, map(str.strip, file))


class DayType(click.ParamType[date]):
    """A day, YYYY-MM-DD."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day such as 2022-04-14", param, ctx)
        if not FIRST_DAY <= day < LAST_DAY:
            self.fail(f"{value!r} is not between {FIRST_DAY} and {LAST_DAY}", param, ctx)
        return day


@click.command()
@click.argument("certificates", metavar="CERTIFICATES...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Folder to make.")
@click.option(
    "--format",
    "format_",
    required=True,
    type=click.Choice(FORMATS),
    help="Texts: csv, ndjson, txt. Pictures: png, svg; zip and tar are png in these. Paper: pdf.",
)
@click.option("--archive", type=click.Choice(["zip", "tar", "none"]), help="Of png and svg; zip, by default.")
@click.option(
    "--by", type=click.Choice(["province", "facility", "none"]), default="none", show_default=True,
    help="A folder for each.",
)  # fmt: skip
@click.option(
    "--shard-size", metavar="N", type=click.IntRange(1, MOST_PER_SHARD), default=10_000, show_default=True,
    help="Most certificates of one file.",
)  # fmt: skip
@click.option("--uvci", metavar="ID|@FILE", type=IdsType(), multiple=True, help="Only this one; repeatable.")
@click.option(
    "--shot-id", metavar="ID|@FILE", type=IdsType(), multiple=True, help="Only of this shot; repeatable."
)
@click.option("--province", metavar="NAME", multiple=True, help="Only of this province; repeatable.")
@click.option("--facility", metavar="NAME", multiple=True, help="Only of this facility; repeatable.")
@click.option("--issued-from", metavar="DAY", type=DayType(), help="Only with iat on this UTC day or later.")
@click.option(
    "--issued-until", metavar="DAY", type=DayType(), help="Only with iat on this UTC day or earlier."
)
@picture_options
@click.option(
    "--layout", type=click.Choice(["sheet", "single"]), default="sheet", show_default=True,
    help="Of pdf: four certificates a page, or one.",
)  # fmt: skip
@click.option(
    "--font", metavar="FILE", type=click.Path(path_type=Path), help="Of pdf: another TrueType font."
)
@click.option(
    "--workers", metavar="N", type=click.IntRange(1, 1024), help="Processes; one a usable core, by default."
)
@click.option("--json", "as_json", is_flag=True, help="Give the summary as JSON.")
@click.option("--verbose", is_flag=True, help="Log details.")
def pack(
    *,
    certificates: tuple[Path, ...],
    out: Path,
    by: str,
    shard_size: int,
    workers: int | None,
    as_json: bool,
    verbose: bool,
    **options: Any,
) -> None:
    """Deliver CERTIFICATES, what `signer issue` made, in DIR: all, or those selected.

    CERTIFICATES are output folders or Parquet files. DIR appears when all is done, and never half done. Ends with 1
    where an id or place asked for is not there, or a certificate had to be left out; both are listed in DIR.
    """
    ctx = click.get_current_context()
    order = PackOrder(
        certificates=certificates,
        out=out,
        delivery=_delivery(ctx, options),
        by=by,
        shard_size=shard_size,
        selection=_selection(options),
        n_workers=workers or usable_cores(),
    )
    summary = _run_logged(order, verbose=verbose)
    if as_json:
        ui.json_result(summary.as_dict())
    else:
        ui.result(_in_words(summary, out))
    ctx.exit(0 if summary.is_complete else 1)


def _delivery(ctx: click.Context, options: dict[str, Any]) -> Delivery:
    """Refuses options that the format has no use for: they would be silently without effect."""
    content, archive = ARCHIVED.get(options["format_"], (options["format_"], options["archive"] or "zip"))
    if options["archive"] not in (None, archive):
        raise click.UsageError(f"--format {options['format_']} is in a {archive}: drop --archive")
    delivery = Delivery(
        content=cast(Content, content),
        archive=cast(Archive, archive),
        symbol=PictureOptions(
            format=content,
            level=options["qr_level"],
            raise_level=options["qr_raise_level"],
            scale=options["qr_scale"],
            quiet_zone=options["qr_quiet_zone"],
        ),
        layout=options["layout"],
        font=options["font"],
    )
    _refuse_idle(ctx, delivery)
    return delivery


def _refuse_idle(ctx: click.Context, delivery: Delivery) -> None:
    of_pictures, of_sheets = delivery.is_pictures, delivery.content == SHEETS
    used = {
        "archive": of_pictures,
        "qr_scale": of_pictures,
        "qr_quiet_zone": of_pictures,
        "qr_level": of_pictures or of_sheets,
        "qr_raise_level": of_pictures or of_sheets,
        "layout": of_sheets,
        "font": of_sheets,
    }
    refuse_idle(ctx, used, f"--format {delivery.content}")


def _selection(options: dict[str, Any]) -> Selection:
    first, last = options["issued_from"], options["issued_until"]
    if first and last and first > last:
        raise click.UsageError("--issued-from is after --issued-until")
    if not all(_is_unicode(name) for name in (*options["province"], *options["facility"])):
        raise click.UsageError("--province and --facility are to be given in UTF-8")
    return Selection(
        uvcis=[each for ids in options["uvci"] for each in ids],
        shot_ids=[each for ids in options["shot_id"] for each in ids],
        provinces=options["province"],
        facilities=options["facility"],
        issued_from=first,
        issued_until=last,
    )


def _is_unicode(text: str) -> bool:
    """Whether an argument was in the encoding of the locale: other bytes come as lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8") == text


def _run_logged(order: PackOrder, *, verbose: bool) -> PackSummary:
    log.configure(verbose)
    try:
        with stopped_by_signals(), show_progress("packing", time.monotonic) as on_progress:
            return run_pack(order, on_progress, time.monotonic)
    finally:
        log.close()


def _in_words(summary: PackSummary, out: Path) -> str:
    lines = [
        f"packed {summary.packed:,} of {counted(summary.certificates, 'certificate')}"
        f" in {counted(summary.shards, 'shard')} of {counted(summary.groups, 'group')} into {out}"
    ]
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
