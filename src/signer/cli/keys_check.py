"""`signer keys check`: holds issuers' certificates against what the field asks of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from signer.cli import ui
from signer.cms import is_authority
from signer.errors import KeyUnusable
from signer.keys import Finding, lint_csca, lint_dsc, load_certificate

__all__ = ["check"]

FOUND_ERRORS = 1


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "--csca", "csca_path", type=click.Path(path_type=Path), metavar="FILE",
    help="Certificate of the CSCA that DSCs among them must be signed by.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, one object a line.")
@click.pass_context
def check(ctx: click.Context, *, files: tuple[Path, ...], csca_path: Path | None, as_json: bool) -> None:
    """Check certificates of DSCs and CSCAs: country, identifiers, purposes, validity, kind of key.

    A CA's is checked as a CSCA, any other as a DSC. Ends with 1 if there are errors; warnings are advice.
    """
    now, csca = datetime.now(UTC), None if csca_path is None else load_certificate(csca_path)
    certificates = [(path, load_certificate(path)) for path in files]
    n_errors = 0
    for path, certificate in certificates:
        try:
            is_csca = is_authority(certificate)
            findings = lint_csca(certificate, now) if is_csca else lint_dsc(certificate, csca, now)
        except KeyUnusable as error:
            raise KeyUnusable(f"{path}: {error}") from error
        n_errors += sum(finding.severity == "error" for finding in findings)
        _tell(path, "CSCA" if is_csca else "DSC", findings, as_json)
    ctx.exit(FOUND_ERRORS if n_errors else 0)


def _tell(path: Path, kind: str, findings: list[Finding], as_json: bool) -> None:
    if as_json:
        told = [{"rule": each.rule, "severity": each.severity, "message": each.message} for each in findings]
        ui.json_result({"file": str(path), "kind": kind, "findings": told})
        return
    if not findings:
        ui.result(f"{path}: a {kind} as it should be")
    for each in findings:
        ui.result(f"{path}: {each.severity} {each.rule}: {each.message}")
