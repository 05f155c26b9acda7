"""`signer attest`: signs files of shots, and checks that they are signed by who may sign for their rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from cryptography.hazmat.primitives.hashes import SHA256

from signer.attesting import (
    Attestation,
    Authorities,
    Fault,
    Place,
    check_signatory,
    sign_file,
    signature_path,
    signed_path,
)
from signer.campaign.attest_files import check_files
from signer.cli import ui
from signer.cli.keys import passphrase_of, passphrase_options
from signer.cli.words import counted
from signer.durable import naming, write_absent
from signer.errors import InputUnreadable, OutputExists
from signer.keys import load_signatory

__all__ = ["attest"]

NOT_ATTESTED = 1
READABLE = 0o644  # a certificate and a digest: no personal data

files_argument = click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path)
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Answer in JSON, one object a line for all."
)


@click.group()
def attest() -> None:
    """Sign files of shots, and check who signed them."""


@attest.command()
@files_argument
@click.option(
    "--key", "key_path", required=True, type=click.Path(path_type=Path), metavar="FILE",
    help="Private key, PKCS#8 in PEM.",
)  # fmt: skip
@click.option(
    "--cert", "certificate_path", required=True, type=click.Path(path_type=Path), metavar="FILE",
    help="Its certificate in PEM, which names the facility or province.",
)  # fmt: skip
@click.option(
    "--chain", "chain_path", type=click.Path(path_type=Path), metavar="FILE",
    help="CA certificates in PEM between it and the root.",
)  # fmt: skip
@passphrase_options("", "the key")
@json_option
def sign(
    *,
    files: tuple[Path, ...],
    key_path: Path,
    certificate_path: Path,
    chain_path: Path | None,
    passphrase_file: Path | None,
    passphrase_env: str | None,
    as_json: bool,
) -> None:
    """Sign each FILE: makes FILE.p7s beside it, a detached CMS signature in DER.

    Nothing is written unless all files can be signed, and nothing is written over.
    """
    now = datetime.now(UTC)
    passphrase = passphrase_of(passphrase_file, passphrase_env)
    signatory = load_signatory(certificate_path, key_path, chain_path, passphrase)
    place = check_signatory(signatory, now)
    _refuse_unfit(files)
    signatures = {file: sign_file(file, signatory, now) for file in files}
    for file, octets in signatures.items():
        path = signature_path(file)
        with naming(path):
            if not write_absent(path, octets, READABLE):
                raise _is_there(path)
        if as_json:
            ui.json_result({"file": str(file), "signature": str(path), **_place_object(place)})
        else:
            ui.result(_shown(f"wrote {path}, for {place.in_words}"))


@attest.command()
@files_argument
@click.option(
    "--ca", "ca_path", required=True, type=click.Path(path_type=Path), metavar="DIR",
    help="Folder of CA certificates that signers' certificates may come from.",
)  # fmt: skip
@json_option
@click.pass_context
def check(ctx: click.Context, *, files: tuple[Path, ...], ca_path: Path, as_json: bool) -> None:
    """Check each FILE against FILE.p7s: the signature, its certificates at the time of signing, and whether
    the facility or province that signed is that of all rows.

    Checks all of them whatever is found, and ends with 0 only if all are attested. A FILE.p7s among the
    files is passed over.
    """
    verdicts: Counter[str | None] = Counter()
    for verdict in check_files(_signed(files), Authorities.load(ca_path), datetime.now(UTC)):
        verdicts[verdict.kind.code if isinstance(verdict, Fault) else None] += 1
        if as_json:
            ui.json_result(_object(verdict))
        else:
            ui.result(_shown(_line(verdict)))
    if not as_json:
        ui.result(_summary(verdicts))
    ctx.exit(0 if set(verdicts) == {None} else NOT_ATTESTED)


def _refuse_unfit(files: Iterable[Path]) -> None:
    """Before anything is read: what cannot be signed, or is signed already."""
    for file in files:
        if signed_path(file) is not None:
            raise click.UsageError(f"{file} is a signature; name the file that it signs")
        if not file.is_file():
            raise InputUnreadable(f"{file}: no such file, or not a regular one; check the path")
        if (path := signature_path(file)).exists() or path.is_symlink():
            raise _is_there(path)


def _is_there(path: Path) -> OutputExists:
    return OutputExists(f"{path}: is there already; move it away to sign the file anew")


def _signed(files: Iterable[Path]) -> list[Path]:
    """The files to check: of a pattern that takes in signatures, too, each file once."""
    return list(dict.fromkeys(signed_path(file) or file for file in files))


def _object(verdict: Attestation | Fault) -> dict[str, Any]:
    if isinstance(verdict, Fault):
        return {
            "file": str(verdict.file),
            "verdict": "not attested",
            "reason": verdict.kind.code,
            "message": verdict.detail,
            "advice": verdict.advice,
            "who_acts": verdict.kind.actor.value,
        }
    return {
        "file": str(verdict.file),
        "verdict": "attested",
        "reason": None,
        **_place_object(verdict.place),
        "rows": verdict.n_rows,
        "sha256": verdict.sha256.hex(),
        "signed_at": _text(verdict.signed_at),
        "signer_sha256": verdict.certificate.fingerprint(SHA256()).hex(),
        "ca": verdict.authority.subject.rfc4514_string(),
    }


def _place_object(place: Place) -> dict[str, str | None]:
    return {"province": place.province, "district": place.district, "facility": place.facility}


def _line(verdict: Attestation | Fault) -> str:
    if isinstance(verdict, Fault):
        return f"not attested  {verdict.kind.code}: {verdict.message}"
    rows = counted(verdict.n_rows, "row")
    return f"attested      {verdict.file}: {rows}, by {verdict.place.in_words} at {_text(verdict.signed_at)}"


def _summary(verdicts: Counter[str | None]) -> str:
    reasons = [f"{count} {reason}" for reason, count in verdicts.most_common() if reason is not None]
    n_bad = verdicts.total() - verdicts[None]
    return f"{verdicts[None]} attested, {n_bad} not attested" + (f": {', '.join(reasons)}" if reasons else "")


def _shown(text: str) -> str:
    """One line for a terminal: names of files and places may hold what moves its cursor."""
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
