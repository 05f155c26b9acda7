"""`signer changes`: what was issued, renewed, superseded, revoked and restored since a version."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

from signer.campaign.changes_cursor import Cursor, cursor_of_text
from signer.campaign.changes_run import ChangesOrder, ChangesSummary, write_changes
from signer.campaign.changes_writing import ChangesFormat
from signer.cli import ui
from signer.cli.cursors import CursorType
from signer.cli.run import run_logged, usable_cores
from signer.cli.words import counted

__all__ = ["changes"]

FORMATS = get_args(ChangesFormat)
VERSION = CursorType(Cursor, cursor_of_text)


@click.command()
@click.argument("registry", metavar="REGISTRY", type=click.Path(path_type=Path))
@click.option(
    "--since", metavar="VERSION", required=True, type=VERSION,
    help="What this command gave as `until` last time; 0 for all from the beginning.",
)  # fmt: skip
@click.option("--until", metavar="VERSION", type=VERSION, help="The same; now, by default.")
@click.option(
    "--out", metavar="FILE|DIR", required=True, type=click.Path(path_type=Path),
    help="File to make; in a folder that is there it is named after the versions.",
)  # fmt: skip
@click.option(
    "--format", "format_", type=click.Choice(FORMATS),
    help="By the ending of FILE, by default, or parquet.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Give the summary as JSON.")
@click.option("--verbose", is_flag=True, help="Log details.")
def changes(
    *,
    registry: Path,
    since: Cursor,
    until: Cursor | None,
    out: Path,
    format_: ChangesFormat | None,
    as_json: bool,
    verbose: bool,
) -> None:
    """Write what has changed in REGISTRY since VERSION, so that app back ends take only the difference.

    A row a change, in the order of commits. Who takes out what was superseded and revoked, and puts in what
    was issued, renewed and restored, has what is in force at `until`, which the command gives: it is what
    to ask `--since` next time. May be asked at any time, also during a run.
    """
    order = ChangesOrder(registry, since, until, out, format_ or _format_of(out), usable_cores())
    summary = run_logged(write_changes, order, "writing changes", verbose=verbose)
    if as_json:
        ui.json_result(summary.as_dict())
    else:
        ui.result(_in_words(summary))


def _format_of(out: Path) -> ChangesFormat:
    """Of a file by its ending, if it has one. Raises click.BadParameter."""
    ending = out.suffix.removeprefix(".").lower()
    found: ChangesFormat | None = next((known for known in FORMATS if known == ending), None)
    if found is None and ending and not out.is_dir():
        raise click.BadParameter(
            f"{out}: no format ends in {out.suffix}; end the name in {', '.join(FORMATS)}, or give --format",
            param_hint="--out",
        )
    return found or "parquet"


def _in_words(summary: ChangesSummary) -> str:
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in summary.by_change.items() if count)
    return "\n".join(
        [
            f"{counted(summary.rows, 'change')}{f' ({kinds})' if kinds else ''} since {summary.since}"
            f" in {summary.file}",
            f"{summary.seconds:.1f} s; next time: --since {summary.until}",
        ]
    )
