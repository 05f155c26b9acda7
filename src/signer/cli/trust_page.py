"""`signer trust page`: a trust snapshot as an offline verifier, one HTML file for any browser."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from signer.cli import ui
from signer.cli.trust_options import max_age_option, read_trust, trust_signer_option
from signer.cli.trust_writing import require_folder
from signer.cli.words import counted
from signer.durable import naming, write_text
from signer.errors import TrustUnreadable
from signer.page import TrustedKey, TrustedKeys, make_page
from signer.trust import read_file
from signer.verifying import Dsc

__all__ = ["page"]


@click.command()
@click.argument("snapshot", metavar="SNAPSHOT", type=click.Path(path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The page to write, such as verify.html; an older one there is replaced.",
)
@trust_signer_option
@max_age_option
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def page(snapshot: Path, out: Path, trust_signer: Path | None, max_age_days: int, as_json: bool) -> None:
    """Make one HTML file that checks certificates in a browser, by SNAPSHOT's keys, without a network.

    It takes a text, a picture or the camera, and speaks Vietnamese and English. Its trust list is as old as
    SNAPSHOT; the page says so after 7 days.
    """
    trusted = _trusted_keys(snapshot, trust_signer, max_age_days)
    require_folder(out)
    html = make_page(trusted)
    with naming(out):
        write_text(out, html)
    made_at, n_bytes = trusted.made_at.isoformat(timespec="seconds"), len(html.encode())
    if as_json:
        ui.json_result({
            "page": str(out), "bytes": n_bytes, "keys": len(trusted.keys), "made_at": made_at,
            "snapshot_sha256": trusted.sha256,
        })  # fmt: skip
    else:
        ui.result(f"wrote {out}: {counted(len(trusted.keys), 'key')} as of {made_at}, {n_bytes:,} bytes")


def _trusted_keys(snapshot: Path, signer: Path | None, max_age_days: int) -> TrustedKeys:
    """The keys of a snapshot as `signer verify` reads them. Raises TrustUnreadable."""
    store = read_trust(snapshot, signer, max_age_days)
    if store.made_at is None:
        raise TrustUnreadable(f"{snapshot} has no date; make a snapshot of it by `signer trust import`")
    keys = tuple(_trusted_key(dsc) for dscs in store.by_kid.values() for dsc in dscs)
    return TrustedKeys(keys, store.made_at, hashlib.sha256(read_file(snapshot)).hexdigest())


def _trusted_key(dsc: Dsc) -> TrustedKey:
    return TrustedKey(dsc.kid, dsc.country, dsc.algorithm, dsc.key, dsc.not_before, dsc.not_after, dsc.kinds)
