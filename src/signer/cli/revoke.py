"""`signer revoke`: withdraws certificates in a registry by rule, or takes that back."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from signer.campaign.revoke_order import RevokeOrder
from signer.campaign.revoke_run import revoke as run_revoke
from signer.cli import ui
from signer.cli.metrics_option import metrics_option, metrics_written
from signer.cli.moment import PastMomentType
from signer.cli.revoke_options import criteria_options, named_in, short_text
from signer.cli.revoke_text import in_words
from signer.cli.run import run_logged, usable_cores

__all__ = ["revoke"]

US_PER_S = 1_000_000
NOT_ALL_FOUND = 1


@click.command()
@click.argument("registry", type=click.Path(path_type=Path))
@criteria_options
@click.option(
    "--from-file", "file", metavar="FILE", type=click.Path(path_type=Path),
    help="CSV or Parquet with a column uvci, shot_id or person_id: those of all its rows.",
)  # fmt: skip
@click.option(
    "--reason", required=True, metavar="TEXT", callback=short_text,
    help="Why; kept for good, so without names of patients.",
)  # fmt: skip
@click.option(
    "--ordered-by",
    required=True,
    metavar="WHO",
    callback=short_text,
    help="Whose decision it is; kept for good.",
)
@click.option("--undo", is_flag=True, help="Restore those of them that are revoked.")
@click.option("--dry-run", is_flag=True, help="Only count what would be done; changes nothing.")
@click.option(
    "--profile", metavar="FILE", type=click.Path(path_type=Path), help="Of the issuer, for --person."
)
@click.option(
    "--shots", metavar="FILE", type=click.Path(path_type=Path), multiple=True,
    help="Tables of shots, Parquet or CSV, for --lot; repeatable.",
)  # fmt: skip
@click.option(
    "--take-over", is_flag=True, help="Take the registry from a run that is stopped and will not go on."
)
@click.option(
    "--now",
    metavar="TIME",
    type=PastMomentType(),
    help="Time of the order, ISO 8601 with zone; now, by default.",
)
@metrics_option
@click.option("--json", "as_json", is_flag=True, help="Give the summary as JSON.")
@click.option("--verbose", is_flag=True, help="Log details.")
def revoke(
    *,
    registry: Path,
    file: Path | None,
    profile: Path | None,
    shots: tuple[Path, ...],
    now: int | None,
    metrics: Path | None,
    as_json: bool,
    verbose: bool,
    **others: Any,
) -> None:
    """Revoke certificates of REGISTRY: every signature ever given out for them.

    Criteria of one kind are alternatives; of several kinds all must hold. What is revoked already stays as
    it is, and nothing is ever deleted: --undo adds a record. Lists for verifiers and the gateway are made by
    `signer revocations`. Ends with 1 where something that was named is not found.
    """
    named = named_in(others)
    _check_usage(named, file, profile, shots, others)
    if others["dry_run"] and metrics is not None:
        raise click.UsageError("--dry-run changes nothing that --metrics could tell")
    order = RevokeOrder(
        registry=registry,
        named=named,
        issued_from=others["issued_from"],
        issued_until=others["issued_until"],
        file=file,
        profile=profile,
        shots=shots,
        reason=others["reason"],
        ordered_by=others["ordered_by"],
        now=int(time.time() * US_PER_S) if now is None else now * US_PER_S,
        undo=others["undo"],
        dry_run=others["dry_run"],
        take_over=others["take_over"],
        n_threads=usable_cores(),
    )
    with metrics_written(metrics, registry, "revoke"):
        summary = run_logged(run_revoke, order, "restoring" if order.undo else "revoking", verbose=verbose)
        if as_json:
            ui.json_result(summary.as_dict())
        else:
            ui.result(in_words(summary))
        if not summary.is_complete:
            click.get_current_context().exit(NOT_ALL_FOUND)


def _check_usage(
    named: dict[str, Any],
    file: Path | None,
    profile: Path | None,
    shots: tuple[Path, ...],
    others: dict[str, Any],
) -> None:
    begin, end = others["issued_from"], others["issued_until"]
    if not named and file is None and begin is None and end is None:
        raise click.UsageError("name certificates, by --uvci, --facility, --from-file or another criterion")
    if begin and end and begin > end:
        raise click.UsageError("--issued-from is after --issued-until")
    if "person_id" in named and profile is None:
        raise click.UsageError(
            "--person needs the issuer's --profile: persons stand in a registry as keyed hashes"
        )
    if ("lot" in named) != bool(shots):
        raise click.UsageError("--lot and --shots go together: the lot stands in no certificate")
    if others["dry_run"] and others["take_over"]:
        raise click.UsageError("--dry-run changes nothing and needs no --take-over")
