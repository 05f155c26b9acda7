"""Where the passphrase of a private key comes from: a file or the environment, never the command line."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from signer.errors import KeyUnusable
from signer.keys.files import read_private_file

__all__ = ["read_passphrase"]


def read_passphrase(
    file: Path | None, environment_name: str | None, environment: Mapping[str, str] = os.environ
) -> bytes | None:
    """The passphrase from the file (one line end is cut off) or the variable named; None where neither is.

    Raises KeyUnusable for an empty or unset one, and for a file that others may read.
    """
    if file is not None:
        return _not_empty(_without_line_end(read_private_file(file)), f"{file}: is empty")
    if environment_name is not None:
        value = environment.get(environment_name, "")
        return _not_empty(os.fsencode(value), f"environment variable {environment_name}: is empty or not set")
    return None


def _without_line_end(content: bytes) -> bytes:
    return content.removesuffix(b"\n").removesuffix(b"\r")


def _not_empty(passphrase: bytes, problem: str) -> bytes:
    if not passphrase:
        raise KeyUnusable(f"{problem}; put the key's passphrase there")
    return passphrase
