"""`signer trust upload-file`: what the gateway takes to publish a DSC of ours, or to take it back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from signer.cli import ui
from signer.cli.keys import passphrase_of
from signer.cli.trust_writing import refuse_taken, signatory_options, write_new
from signer.errors import KeyUnusable
from signer.keys import lint_dsc, load_certificate, load_signatory
from signer.trust import upload_message

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
    refuse_taken(out)
    certificate = load_certificate(dsc)
    message = upload_message(certificate, signatory, now)
    if not deleting:
        csca = None if csca_path is None else load_certificate(csca_path)
        for finding in lint_dsc(certificate, csca, now):
            if finding.weight == "error":
                raise KeyUnusable(f"{dsc}: {finding.text}; have the DSC made anew by `signer keys dsc`")
            ui.note(f"{dsc}: {finding.text}")
    write_new(out, message.encode("ascii"))
    if as_json:
        ui.json_result({"file": str(out), "purpose": "delete" if deleting else "upload"})
        return
    ui.result(f"wrote {out}, to {'take back' if deleting else 'publish'} {dsc}")
