"""`signer revocations`: what verifiers and the EU gateway are told of revoked certificates."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from signer.campaign.revocations_cursor import RevocationsCursor, cursor_of_text
from signer.campaign.revocations_run import RevocationsOrder, write_revocations
from signer.campaign.revocations_summary import RevocationsSummary
from signer.cli import ui
from signer.cli.cursors import CursorType
from signer.cli.keys import passphrase_of, passphrase_options
from signer.cli.moment import PastMomentType
from signer.cli.run import run_logged, usable_cores
from signer.cli.words import counted
from signer.keys import load_signatory
from signer.revoking.filter import DEFAULT_RATE, MAX_RATE, MIN_RATE

__all__ = ["revocations"]


def _rate(_ctx: click.Context, _param: click.Parameter, value: float) -> float:
    if not MIN_RATE <= value <= MAX_RATE:  # nan is not, either
        raise click.BadParameter(f"{value!r} is not between {MIN_RATE:g} and {MAX_RATE:g}")
    return value


@click.command()
@click.argument("registry", type=click.Path(path_type=Path))
@click.option("--out", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Folder to make.")
@click.option(
    "--upload-cert", metavar="FILE", type=click.Path(path_type=Path),
    help="The country's upload certificate in PEM, to sign batches for the gateway.",
)  # fmt: skip
@click.option(
    "--upload-key", metavar="FILE", type=click.Path(path_type=Path), help="Its private key, PKCS#8 in PEM."
)
@passphrase_options("", "the upload key")
@click.option(
    "--expires", "expires_days", metavar="DAYS", type=click.IntRange(0, 3650), default=0,
    help="Batches expire with the last certificate in them; in so many days at the soonest.",
)  # fmt: skip
@click.option(
    "--since", metavar="VERSION", type=CursorType(RevocationsCursor, cursor_of_text),
    help="Batches of what was revoked since then only: `until` of an earlier summary.json.",
)  # fmt: skip
@click.option(
    "--false-positive-rate", "rate", metavar="P", type=float, callback=_rate, default=DEFAULT_RATE,
    show_default=True, help="Of the filter, at most.",
)  # fmt: skip
@click.option(
    "--now",
    metavar="TIME",
    type=PastMomentType(),
    help="Time of making, ISO 8601 with zone; now, by default.",
)
@click.option("--json", "as_json", is_flag=True, help="Give the summary as JSON.")
@click.option("--verbose", is_flag=True, help="Log details.")
def revocations(
    *,
    registry: Path,
    out: Path,
    upload_cert: Path | None,
    upload_key: Path | None,
    passphrase_file: Path | None,
    passphrase_env: str | None,
    expires_days: int,
    since: RevocationsCursor | None,
    rate: float,
    now: int | None,
    as_json: bool,
    verbose: bool,
) -> None:
    """Write what is revoked in REGISTRY: for verifiers DIR/revoked.filter and DIR/revoked.csv, for the EU
    gateway DIR/batches.

    Batches are signed with the upload certificate, one file a batch, CMS in base64; without one they are
    plain JSON. DIR appears when all is done, and never half done.
    """
    if (upload_cert is None) != (upload_key is None):
        raise click.UsageError("--upload-cert and --upload-key go together")
    signatory = None
    if upload_cert is not None and upload_key is not None:
        passphrase = passphrase_of(passphrase_file, passphrase_env)
        signatory = load_signatory(upload_cert, upload_key, None, passphrase)
    moment = datetime.now(UTC) if now is None else datetime.fromtimestamp(now, UTC)
    order = RevocationsOrder(registry, out, signatory, expires_days, since, rate, moment, usable_cores())
    summary = run_logged(write_revocations, order, "writing batches", verbose=verbose)
    if as_json:
        ui.json_result(summary.as_dict())
    else:
        ui.result(_in_words(summary, out))


def _in_words(summary: RevocationsSummary, out: Path) -> str:
    certificates = counted(summary.certificates, "certificate")
    lines = [f"wrote {out}: {certificates} revoked, {counted(summary.signatures, 'signature')}"]
    lines.append(
        f"revoked.filter, {summary.filter_bits // 8:,} bytes: takes at most {summary.false_positive_rate:g}"
        " of others for revoked; revoked.csv is exact"
    )
    n_batches = sum(each.batches for each in summary.batches.values())
    how = "signed" if summary.is_signed else "not signed, for want of --upload-cert"
    behind = "" if summary.since is None else f", of what was revoked since version {summary.since}"
    lines.append(f"{counted(n_batches, 'batch', 'batches')} for the gateway, {how}{behind}")
    if summary.expired:
        lines.append(f"{summary.expired:,} have expired, and are in no batch")
    if summary.restored:
        lines.append(
            f"{counted(summary.restored, 'certificate')} restored, in restored.csv: delete batches with their"
            " hashes at the gateway"
        )
    lines.append(f"the next time: --since {summary.until}")
    return "\n".join(lines)
