"""`signer trust upload-file`: what the gateway takes to publish a DSC of ours, or to take it back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from cryptography import x509

from signer.cli import ui
from signer.cli.keys import passphrase_of
from signer.cli.trust_text import key_facts
from signer.cli.trust_writing import refuse_taken, require_folder, signatory_options, write_new
from signer.errors import KeyUnusable
from signer.keys import lint_dsc, load_certificate, load_signatory
from signer.trust import upload_message
from signer.trust.trusted_key import key_of

__all__ = ["upload_file"]


@click.command("upload-file")
@click.argument("dsc", metavar="DSC", type=click.Path(path_type=Path))
@signatory_options(True, "the country's upload certificate")
@click.option(
    "--csca", "csca_path", type=click.Path(path_type=Path), metavar="FILE",
    help="Certificate of the CSCA, to check that it signed the DSC.",
)  # fmt: skip
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="FILE", help="File to write.")
@click.option("--delete", "deleting", is_flag=True, help="To take the DSC back, not to publish it.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def upload_file(
    *,
    dsc: Path,
    key_path: Path,
    certificate_path: Path,
    csca_path: Path | None,
    passphrase_file: Path | None,
    passphrase_env: str | None,
    out: Path,
    deleting: bool,
    as_json: bool,
) -> None:
    """Make what the gateway takes to publish DSC, a certificate in PEM: CMS in base64, on one line.

    A DSC that the gateway or the field would refuse is refused here (`signer keys check` says why), unless
    it is to be taken back. Nothing is written over.
    """
    now = datetime.now(UTC)
    passphrase = passphrase_of(passphrase_file, passphrase_env)
    signatory = load_signatory(certificate_path, key_path, None, passphrase)
    require_folder(out)
    refuse_taken(out)
    certificate = load_certificate(dsc)
    message = upload_message(certificate, signatory, now)
    if not deleting:
        _check(dsc, certificate, None if csca_path is None else load_certificate(csca_path), now)
    write_new(out, message.encode("ascii"))
    told = key_facts(key_of(certificate, None))
    if as_json:
        ui.json_result({"file": str(out), "purpose": "delete" if deleting else "upload", **told})
        return
    key = f"kid {told['kid']}, {told['country']}, until {told['not_after']}"
    ui.result(f"wrote {out}, to {'take back' if deleting else 'publish'} {dsc}: {key}")


def _check(path: Path, dsc: x509.Certificate, csca: x509.Certificate | None, now: datetime) -> None:
    for finding in lint_dsc(dsc, csca, now):
        if finding.severity == "error":
            raise KeyUnusable(f"{path}: {finding.message}; have the DSC made anew by `signer keys dsc`")
        ui.note(f"{path}: {finding.message}")
    if csca is None:
        ui.note(f"{path}: whether the CSCA signed it was not checked; name that by --csca")
