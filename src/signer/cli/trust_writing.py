"""What the commands of `signer trust` that sign and write share: options, and nothing written over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from signer.cli.keys import passphrase_options
from signer.durable import naming, write_absent
from signer.errors import OutputExists, OutputUnwritable

__all__ = ["refuse_taken", "require_folder", "signatory_options", "write_new"]

READABLE = 0o644  # public keys: no personal data

Function = TypeVar("Function", bound=Callable[..., Any])


def signatory_options(required: bool, whose: str) -> Callable[[Function], Function]:
    """Adds `--key`, `--cert` and the key's passphrase to a command."""

    def add(command: Function) -> Function:
        path = click.Path(path_type=Path)
        key = click.option(
            "--key", "key_path", required=required, type=path, metavar="FILE",
            help=f"Private key of {whose}, PKCS#8 in PEM.",
        )  # fmt: skip
        certificate = click.option(
            "--cert", "certificate_path", required=required, type=path, metavar="FILE",
            help="Its certificate in PEM.",
        )  # fmt: skip
        return key(certificate(passphrase_options("", "the key")(command)))

    return add


def refuse_taken(*paths: Path) -> None:
    """Raises OutputExists where one of them is there already."""
    for path in paths:
        if path.exists() or path.is_symlink():
            raise OutputExists(f"{path}: is there already; name another, or move it away")


def require_folder(path: Path) -> None:
    """Raises OutputUnwritable where there is no folder that a file could be written to."""
    if not path.absolute().parent.is_dir():
        raise OutputUnwritable(f"{path.parent}: no such folder; make it first")


def write_new(path: Path, content: bytes) -> None:
    """Writes a file that all may read, and over none. Raises OutputExists, StoppedHalfWay."""
    with naming(path):
        if not write_absent(path, content, READABLE):
            raise OutputExists(f"{path}: is there already; name another, or move it away")
