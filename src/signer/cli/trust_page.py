"""`signer trust page`: a trust snapshot as an offline verifier, one HTML file for any browser."""

from __future__ import annotations

from pathlib import Path

import click

from signer.cli import ui
from signer.cli.words import counted
from signer.durable import naming, write_text
from signer.page import make_page, read_snapshot

__all__ = ["page"]


@click.command()
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The page to write, such as verify.html; an older one there is replaced.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def page(snapshot: Path, out: Path, as_json: bool) -> None:
    """Make one HTML file that checks certificates in a browser, by SNAPSHOT's keys, without a network.

    It takes a text, a picture or the camera, and speaks Vietnamese and English. Its trust list is as old as
    SNAPSHOT; the page says so after 7 days.
    """
    trusted = read_snapshot(snapshot)
    html = make_page(trusted)
    with naming(out):
        write_text(out, html)
    n_bytes = len(html.encode())
    if as_json:
        ui.json_result({
            "page": str(out), "bytes": n_bytes, "keys": len(trusted.keys), "made_at": trusted.made_at,
            "snapshot_sha256": trusted.sha256,
        })  # fmt: skip
    else:
        ui.result(f"wrote {out}: {counted(len(trusted.keys), 'key')} of {trusted.made_at}, {n_bytes:,} bytes")
