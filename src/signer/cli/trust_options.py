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
from signer.trust import read_file
from signer.verifying import TrustStore

__all__ = [
    "max_age_option",
    "optional_trust_options",
    "read_trust",
    "signer_of",
    "trust_options",
    "trust_signer_option",
    "warn_if_untimely",
]

Command = TypeVar("Command", bound=Callable[..., Any])

MAX_AGE_DAYS: Final = 7
"""Keys come and go by the week."""

CLOCKS_DIFFER: Final = timedelta(hours=1)
"""How far ahead of this machine's clock that of the importing machine may be without a word."""

max_age_option = click.option(
    "--max-age", "max_age_days", type=click.IntRange(min=0), default=MAX_AGE_DAYS, show_default=True,
    metavar="DAYS", help="Warn if the snapshot is older.",
)  # fmt: skip

trust_signer_option = click.option(
    "--trust-signer", type=click.Path(path_type=Path), metavar="CERT",
    help="Demand a signature of this certificate beside the snapshot.",
)  # fmt: skip


def trust_options(command: Command) -> Command:
    """Gives a command trust_path, trust_signer and max_age_days, for `read_trust`."""
    return _with_trust(command, is_required=True)


def optional_trust_options(command: Command) -> Command:
    """The same where trust_path may be None."""
    return _with_trust(command, is_required=False)


def _with_trust(command: Command, *, is_required: bool) -> Command:
    trust_option = click.option(
        "--trust",
        "trust_path",
        required=is_required,
        type=click.Path(path_type=Path),
        metavar="SNAPSHOT_OR_DSC",
        help="Trust snapshot, DSC, or folder of DSCs.",
    )
    return trust_option(trust_signer_option(max_age_option(command)))


def read_trust(trust_path: Path, trust_signer: Path | None, max_age_days: int) -> TrustStore:
    """Reads what is to be trusted; warns on stderr of a snapshot that is old or of the future.

    Raises TrustUnreadable.
    """
    trust = TrustStore.load(trust_path, signer_of(trust_signer))
    if trust.made_at is not None:
        warn_if_untimely(trust_path, trust.made_at, datetime.now(UTC), max_age_days)
    return trust


def warn_if_untimely(
    path: Path | str,
    made_at: datetime,
    now: datetime,
    max_age_days: int,
    what_to_do: str = "import the lists again",
) -> None:
    """Says on stderr that a snapshot or filter is older than that: what was withdrawn since still counts.

    One of the future would never be too old.
    """
    if made_at - now > CLOCKS_DIFFER:
        ui.note(f"{path}: is dated in the future ({made_at}); look at the clock, and {what_to_do}")
    elif now - made_at > timedelta(days=max_age_days):
        ui.note(f"{path}: was made {counted((now - made_at).days, 'day')} ago; {what_to_do}")


def signer_of(path: Path | None) -> x509.Certificate | None:
    """The certificate that `--trust-signer` names, None where it is not given. Raises TrustUnreadable."""
    if path is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            return x509.load_pem_x509_certificate(read_file(path))
    except ValueError as error:
        raise TrustUnreadable(f"{path} is no certificate in PEM; name that of who signs snapshots") from error
