"""`signer keys`: makes a CSCA and DSCs below it, and shows what a key or certificate file holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from signer.cli import ui
from signer.keys import create_csca, create_dsc, load_csca, read_passphrase, write_key_pair
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


@click.group()
def keys() -> None:
    """Make and show issuer certificates and keys."""


@keys.command()
@click.option("--country", required=True, callback=checked_country, metavar="CC", help="Two capital letters.")
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
@out_option
@passphrase_options("", "the new key, to encrypt it")
@passphrase_options("csca-", "the CSCA's key")
@json_option
def dsc(
    *,
    csca_folder: Path,
    out: Path,
    passphrase_file: Path | None,
    passphrase_env: str | None,
    csca_passphrase_file: Path | None,
    csca_passphrase_env: str | None,
    as_json: bool,
) -> None:
    """Make a document signer: DIR/dsc.pem and DIR/dsc.key, for 2 years."""
    passphrase = passphrase_of(passphrase_file, passphrase_env)
    csca_passphrase = passphrase_of(csca_passphrase_file, csca_passphrase_env)
    root = load_csca(csca_folder / "csca.pem", csca_folder / "csca.key", csca_passphrase)
    pair = create_dsc(root, now=datetime.now(UTC))
    _report_written(write_key_pair(pair, out, "dsc", passphrase), passphrase, as_json)


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


def _report_written(paths: tuple[Path, Path], passphrase: bytes | None, as_json: bool) -> None:
    certificate, key = paths
    if as_json:
        encrypted = passphrase is not None
        ui.json_result({"certificate": str(certificate), "key": str(key), "encrypted": encrypted})
        return
    ui.result(f"wrote {certificate}\nwrote {key}")
    if passphrase is None:
        ui.note("the key is not encrypted; --passphrase-file or --passphrase-env would do it")
