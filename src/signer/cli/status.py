"""`signer status`: what a registry holds, how far its campaigns are, and whether they end in time."""

from __future__ import annotations

import time
from pathlib import Path

import click

from signer.campaign.metrics import write_metrics
from signer.campaign.status import read_status
from signer.campaign.status_json import status_as_dict
from signer.cli import ui
from signer.cli.metrics_option import metrics_option, refuse_other_file
from signer.cli.moment import MomentType
from signer.cli.run import usable_cores
from signer.cli.status_text import status_in_words
from signer.registry import open_registry

__all__ = ["status"]

FAULTS_FOUND = 1


@click.command()
@click.argument("registry", type=click.Path(path_type=Path))
@click.option(
    "--deadline", metavar="TIME", type=MomentType(), help="When all is to be issued, ISO 8601 with zone."
)
@metrics_option
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def status(*, registry: Path, deadline: int | None, metrics: Path | None, as_json: bool) -> None:
    """Show the campaigns of REGISTRY, from its plans and logs; also while one is running.

    A campaign is what `signer issue` planned for some inputs and a profile. Of every part that is done, the
    rows must be those issued, refused and skipped: ends with 1 where they are not. --metrics counts what
    is in force besides, which takes some seconds over ten million certificates.
    """
    if metrics is not None:
        refuse_other_file(metrics, registry)
    now = time.time()
    found = read_status(open_registry(registry), now)
    if as_json:
        ui.json_result(status_as_dict(found, now, deadline))
    else:
        ui.result(status_in_words(found, registry, now, deadline))
    for fault in found.all_faults if as_json else found.faults:  # the text has those of the campaigns
        ui.error(fault)
    if metrics is not None:
        unreadable = write_metrics(registry, metrics, now, None, usable_cores())
        if unreadable is not None:
            raise unreadable
    click.get_current_context().exit(FAULTS_FOUND if found.all_faults else 0)
