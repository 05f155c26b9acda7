"""How a command is told what is revoked: `--revoked`, as often as there are files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from signer.cli.trust_options import signer_of, warn_if_untimely
from signer.verifying import NOTHING_REVOKED, Revocations

__all__ = ["read_revocations", "revoked_option"]

revoked_option = click.option(
    "--revoked", "revoked_paths", multiple=True, type=click.Path(path_type=Path), metavar="FILE",
    help="Refuse what this revocation filter or list names; may be repeated.",
)  # fmt: skip


def read_revocations(paths: Sequence[Path], trust_signer: Path | None, max_age_days: int) -> Revocations:
    """Reads what is revoked; warns on stderr of a filter that is old or of the future.

    A list alone has no date. Raises TrustUnreadable.
    """
    if not paths:
        return NOTHING_REVOKED
    revocations = Revocations.load(paths, signer_of(trust_signer))
    for found in revocations.filters:
        warn_if_untimely(
            found.name, found.made_at, datetime.now(UTC), max_age_days, "get a new one of who publishes it"
        )
    return revocations
