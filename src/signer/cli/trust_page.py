"""`signer trust page`: a trust snapshot as an offline verifier, one HTML file for any browser."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from signer.cli import ui
from signer.cli.revoked_options import read_revocations
from signer.cli.trust_options import max_age_option, read_trust, trust_signer_option
from signer.cli.trust_writing import require_folder
from signer.cli.words import counted
from signer.durable import naming, write_text
from signer.errors import TrustUnreadable
from signer.page import RevokedFilter, TrustedKey, TrustedKeys, make_page
from signer.trust import read_file
from signer.verifying import Dsc

__all__ = ["page"]

MAX_FILTER_BYTES: Final = 16 << 20
"""Of all filters of a page: 4 million entries at one error in 10 million; a phone still opens that."""


@click.command()
@click.argument("snapshot", metavar="SNAPSHOT", type=click.Path(path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The page to write, such as verify.html; an older one there is replaced.",
)
@click.option(
    "--revoked",
    "revoked_paths",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILTER",
    help="Refuse what this revocation filter names; may be repeated.",
)
@trust_signer_option
@max_age_option
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def page(
    *,
    snapshot: Path,
    out: Path,
    revoked_paths: tuple[Path, ...],
    trust_signer: Path | None,
    max_age_days: int,
    as_json: bool,
) -> None:
    """Make one HTML file that checks certificates in a browser, by SNAPSHOT's keys, without a network.

    It takes a text, a picture or the camera, and speaks Vietnamese and English. Its trust list is as old as
    SNAPSHOT, its revocation list as FILTER; the page says so after 7 days.
    """
    trusted = _trusted_keys(snapshot, trust_signer, max_age_days)
    filters = _filters(revoked_paths, trust_signer, max_age_days)
    require_folder(out)
    html = make_page(trusted, filters)
    with naming(out):
        write_text(out, html)
    made_at, n_bytes = trusted.made_at.isoformat(timespec="seconds"), len(html.encode())
    if as_json:
        ui.json_result({
            "page": str(out), "bytes": n_bytes, "keys": len(trusted.keys), "made_at": made_at,
            "snapshot_sha256": trusted.sha256, "revoked": list(map(_told, filters)),
        })  # fmt: skip
    else:
        revoked = (
            f", {counted(sum(each.n_entries for each in filters), 'revoked certificate')}" if filters else ""
        )
        keys = counted(len(trusted.keys), "key")
        ui.result(f"wrote {out}: {keys} as of {made_at}{revoked}, {n_bytes:,} bytes")


def _trusted_keys(snapshot: Path, signer: Path | None, max_age_days: int) -> TrustedKeys:
    """The keys of a snapshot as `signer verify` reads them. Raises TrustUnreadable."""
    store = read_trust(snapshot, signer, max_age_days)
    if store.made_at is None:
        raise TrustUnreadable(f"{snapshot} has no date; make a snapshot of it by `signer trust import`")
    keys = tuple(_trusted_key(dsc) for dscs in store.by_kid.values() for dsc in dscs)
    return TrustedKeys(keys, store.made_at, hashlib.sha256(read_file(snapshot)).hexdigest())


def _filters(paths: Sequence[Path], signer: Path | None, max_age_days: int) -> list[RevokedFilter]:
    """The filters as `signer verify` reads them. Raises TrustUnreadable."""
    revocations = read_revocations(paths, signer, max_age_days)
    if revocations.lists:
        raise TrustUnreadable(
            f"{revocations.lists[0].name} is an exact list, 30 times as large as its filter and too large"
            " for a page; name the filter of the same export"
        )
    n_bytes = sum(len(each.octets) for each in revocations.filters)
    if n_bytes > MAX_FILTER_BYTES:
        raise TrustUnreadable(
            f"the revocation filters have {n_bytes:,} bytes, and a page takes {MAX_FILTER_BYTES:,}; leave it"
            " to `signer verify`, or make filters with a higher rate of errors"
        )
    return [
        RevokedFilter(
            each.country,
            each.made_at,
            each.n_entries,
            each.false_positive_rate,
            each.n_positions,
            each.octets.tobytes(),
        )
        for each in revocations.filters
    ]


def _told(revoked: RevokedFilter) -> dict[str, str | int]:
    made_at = revoked.made_at.isoformat(timespec="seconds")
    return {"country": revoked.country, "made_at": made_at, "entries": revoked.n_entries}


def _trusted_key(dsc: Dsc) -> TrustedKey:
    return TrustedKey(dsc.kid, dsc.country, dsc.algorithm, dsc.key, dsc.not_before, dsc.not_after, dsc.kinds)
