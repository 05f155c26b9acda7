"""`signer keys`: makes a CSCA, DSCs below it and requests for them, checks and shows certificates."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from cryptography import x509

from signer.cli import ui
from signer.cli.keys_check import check
from signer.errors import KeyUnusable
from signer.keys import (
    create_csca,
    create_dsc,
    create_request,
    lint_dsc,
    load_csca,
    load_request,
    read_passphrase,
    sign_request,
    write_certificate,
    write_key_pair,
    write_request,
)
from signer.keys.description import describe

__all__ = ["checked_country", "keys"]

Function = TypeVar("Function", bound=Callable[..., Any])


def checked_country(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    """The callback of `--country`: two capital letters, or wrong usage."""
    if not re.fullmatch("[A-Z]{2}", value):
        raise click.BadParameter(f"{value!r} is not two capital letters such as VN")
    return value


def passphrase_options(prefix: str, whose: str) -> Callable[[Function], Function]:
    """Adds `--<prefix>passphrase-file` and `--<prefix>passphrase-env` to a command."""

    def add(command: Function) -> Function:
        file = click.option(
            f"--{prefix}passphrase-file",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help=f"File with the passphrase of {whose}.",
        )
        name = click.option(
            f"--{prefix}passphrase-env",
            metavar="NAME",
            help=f"Environment variable with the passphrase of {whose}.",
        )
        return file(name(command))

    return add


def passphrase_of(file: Path | None, name: str | None) -> bytes | None:
    """The passphrase that the two options name; both at once are wrong usage."""
    if file is not None and name is not None:
        raise click.UsageError("name the passphrase by a file or by an environment variable, not by both")
    return read_passphrase(file, name)


out_option = click.option(
    "--out", required=True, type=click.Path(path_type=Path), metavar="DIR", help="Folder to write to."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
country_option = click.option(
    "--country", required=True, callback=checked_country, metavar="CC", help="Two capital letters."
)


@click.group()
def keys() -> None:
    """Make, check and show issuer certificates and keys."""


@keys.command()
@country_option
@out_option
@passphrase_options("", "the new key, to encrypt it")
@json_option
def csca(
    country: str, out: Path, passphrase_file: Path | None, passphrase_env: str | None, as_json: bool
) -> None:
    """Make a national root: DIR/csca.pem and DIR/csca.key, for 4 years."""
    passphrase = passphrase_of(passphrase_file, passphrase_env)
    pair = create_csca(country, now=datetime.now(UTC))
    _report_written(write_key_pair(pair, out, "csca", passphrase), passphrase, as_json)


@keys.command()
@click.option(
    "--csca", "csca_folder", required=True, type=click.Path(path_type=Path), metavar="DIR",
    help="Folder with csca.pem and csca.key.",
)  # fmt: skip
@click.option(
    "--csr", "csr_path", type=click.Path(path_type=Path), metavar="FILE",
    help="Request that `signer keys csr` made: its key gets the certificate.",
)  # fmt: skip
@out_option
@passphrase_options("", "the new key, to encrypt it")
@passphrase_options("csca-", "the CSCA's key")
@json_option
def dsc(
    *,
    csca_folder: Path,
    csr_path: Path | None,
    out: Path,
    passphrase_file: Path | None,
    passphrase_env: str | None,
    csca_passphrase_file: Path | None,
    csca_passphrase_env: str | None,
    as_json: bool,
) -> None:
    """Make a document signer: DIR/dsc.pem and DIR/dsc.key, for 2 years.

    With --csr there is no DIR/dsc.key: it stays where the request was made.
    """
    if csr_path is not None and (passphrase_file or passphrase_env):
        raise click.UsageError("with --csr no key is made, so that there is no passphrase for it")
    passphrase = passphrase_of(passphrase_file, passphrase_env)
    csca_passphrase = passphrase_of(csca_passphrase_file, csca_passphrase_env)
    root = load_csca(csca_folder / "csca.pem", csca_folder / "csca.key", csca_passphrase)
    now = datetime.now(UTC)
    if csr_path is not None:
        certificate = sign_request(root, load_request(csr_path), now=now)
        _refuse_unfit(certificate, root.certificate, now)
        path = write_certificate(certificate, out, "dsc")
        if as_json:
            ui.json_result({"certificate": str(path)})
        else:
            ui.result(f"wrote {path}")
        return
    pair = create_dsc(root, now=now)
    _refuse_unfit(pair.certificate, root.certificate, now)
    _report_written(write_key_pair(pair, out, "dsc", passphrase), passphrase, as_json)


@keys.command()
@country_option
@out_option
@passphrase_options("", "the new key, to encrypt it")
@json_option
def csr(
    country: str, out: Path, passphrase_file: Path | None, passphrase_env: str | None, as_json: bool
) -> None:
    """Make a key and a request for its document signer: DIR/dsc.key and DIR/dsc.csr.

    `signer keys dsc --csr` makes the certificate where the CSCA's key is.
    """
    passphrase = passphrase_of(passphrase_file, passphrase_env)
    request, key = create_request(country)
    _report_written(write_request(request, key, out, passphrase), passphrase, as_json, "request")


@keys.command()
@click.argument("file", type=click.Path(path_type=Path))
@passphrase_options("", "the key, to read it")
@json_option
def show(file: Path, passphrase_file: Path | None, passphrase_env: str | None, as_json: bool) -> None:
    """Show a certificate, or of a private key its type and the fingerprint of its public key."""
    description = describe(file, passphrase_of(passphrase_file, passphrase_env))
    if as_json:
        ui.json_result(description)
        return
    for name, value in description.items():
        shown = ", ".join(value) if isinstance(value, list) else value
        ui.result(f"{name.replace('_', ' ')}: {shown}")


keys.add_command(check)


def _refuse_unfit(dsc: x509.Certificate, csca: x509.Certificate, now: datetime) -> None:
    """Before it is written: a CSCA made elsewhere can be such that no DSC of it would be taken."""
    for finding in lint_dsc(dsc, csca, now):
        if finding.severity == "error":
            raise KeyUnusable(f"the DSC would be refused: {finding.message}; `signer keys check` the CSCA")


def _report_written(
    paths: tuple[Path, Path], passphrase: bytes | None, as_json: bool, first: str = "certificate"
) -> None:
    certificate, key = paths
    if as_json:
        encrypted = passphrase is not None
        ui.json_result({first: str(certificate), "key": str(key), "encrypted": encrypted})
        return
    ui.result(f"wrote {certificate}\nwrote {key}")
    if passphrase is None:
        ui.note("the key is not encrypted; --passphrase-file or --passphrase-env would do it")
