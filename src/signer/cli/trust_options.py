"""How a command is told what to trust: `--trust`, who must have signed it, and how old it may be."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from cryptography import x509
from cryptography.utils import CryptographyDeprecationWarning

from signer.cli import ui
from signer.cli.words import counted
from signer.errors import TrustUnreadable
from signer.verifying import TrustStore

__all__ = ["max_age_option", "read_trust", "trust_options", "warn_if_stale"]

Command = TypeVar("Command", bound=Callable[..., Any])

MAX_AGE_DAYS: Final = 7
"""Keys come and go by the week."""

max_age_option = click.option(
    "--max-age", "max_age_days", type=click.IntRange(min=0), default=MAX_AGE_DAYS, show_default=True,
    metavar="DAYS", help="Warn if the snapshot is older.",
)  # fmt: skip


def trust_options(command: Command) -> Command:
    """Gives a command trust_path, trust_signer and max_age_days, for `read_trust`."""
    for option in (
        max_age_option,
        click.option(
            "--trust-signer",
            type=click.Path(path_type=Path),
            metavar="CERT",
            help="Demand a signature of this certificate beside the snapshot.",
        ),
        click.option(
            "--trust",
            "trust_path",
            required=True,
            type=click.Path(path_type=Path),
            metavar="SNAPSHOT_OR_DSC",
            help="Trust snapshot, DSC, or folder of DSCs.",
        ),
    ):
        command = option(command)
    return command


def read_trust(trust_path: Path, trust_signer: Path | None, max_age_days: int) -> TrustStore:
    """Reads what is to be trusted, and warns on stderr of a snapshot that is old. Raises TrustUnreadable."""
    trust = TrustStore.load(trust_path, None if trust_signer is None else _certificate(trust_signer))
    if trust.made_at is not None:
        warn_if_stale(trust_path, trust.made_at, datetime.now(UTC), max_age_days)
    return trust


def warn_if_stale(path: Path, made_at: datetime, now: datetime, max_age_days: int) -> None:
    """Says on stderr that a snapshot is older than that: keys that were withdrawn since still count."""
    if now - made_at > timedelta(days=max_age_days):
        ui.note(f"{path}: was made {counted((now - made_at).days, 'day')} ago; import the lists again")


def _certificate(path: Path) -> x509.Certificate:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            return x509.load_pem_x509_certificate(path.read_bytes())
    except OSError as error:
        raise TrustUnreadable.of_reading(path, error) from error
    except ValueError as error:
        raise TrustUnreadable(f"{path} is no certificate in PEM; name that of who signs snapshots") from error
