"""`signer vectors`: certificates of a registry as test vectors, in the form of the member states."""

from __future__ import annotations

from pathlib import Path

import click

from signer.campaign.vectors_run import VectorsOrder, write_vectors
from signer.cli import ui
from signer.cli.words import counted

__all__ = ["vectors"]


@click.command()
@click.argument("registry", metavar="REGISTRY", type=click.Path(path_type=Path))
@click.option("--out", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Folder to make.")
@click.option(
    "--count", metavar="N", type=click.IntRange(1, 10_000), default=20, show_default=True,
    help="How many certificates, spread over the registry.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Give the summary as JSON.")
def vectors(*, registry: Path, out: Path, count: int, as_json: bool) -> None:
    """Write certificates of REGISTRY as test vectors for other countries, in DIR/COUNTRY/2DCode/raw.

    Each is a JSON with all layers, the QR code, the DSC and what a verifier must find, as in the test data of
    the member states. They hold what is in the certificates in clear: hand on those of invented people only.
    """
    summary = write_vectors(VectorsOrder(registry, out, count))
    if not summary.is_test:
        ui.note("vectors hold names and dates of birth: if these are living people, do not publish them")
    if summary.vectors < count:
        ui.note(f"only {counted(summary.vectors, 'certificate')} in force: all of them were written")
    if as_json:
        ui.json_result(summary.as_dict())
    else:
        countries = ", ".join(f"{number:,} of {name}" for name, number in summary.by_country.items())
        ui.result(f"wrote {counted(summary.vectors, 'vector')} to {out}: {countries}")
