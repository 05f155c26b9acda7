"""The secrets that key the UVCI and the person key: 32 random bytes each, as hex text."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from signer.errors import KeyUnusable
from signer.keys.files import create_file, read_private_file

__all__ = ["SECRET_BYTES", "create_secret", "load_secret"]

SECRET_BYTES = 32


def create_secret(path: Path) -> None:
    """Writes a new secret, mode 0600. Raises OutputExists rather than replace one: UVCIs depend on it."""
    create_file(path, secrets.token_hex(SECRET_BYTES).encode("ascii") + b"\n", private=True)


def load_secret(path: Path) -> bytes:
    """The 32 bytes of a secret. Raises KeyUnusable for a file others may read or that is no 64 hex digits."""
    text = read_private_file(path).strip()
    if not re.fullmatch(rb"[0-9a-fA-F]{64}", text):
        raise KeyUnusable(f"{path}: is no secret; it holds 64 hex digits as `signer init` writes them")
    return bytes.fromhex(text.decode("ascii"))
