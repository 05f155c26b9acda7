"""Writes a certificate and its private key as a pair of files."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from signer.errors import OutputExists
from signer.keys.creating import KeyPair
from signer.keys.files import create_file
from signer.keys.private import encode_private_key

__all__ = ["write_key_pair"]


def write_key_pair(pair: KeyPair, folder: Path, name: str, passphrase: bytes | None) -> tuple[Path, Path]:
    """Creates `<name>.key` (0600) and `<name>.pem` in `folder`; gives their paths as (certificate, key).

    Raises OutputExists, before anything is written, where one is there; OutputUnwritable where it cannot be.
    """
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    for path in (certificate, key):
        if path.exists() or path.is_symlink():
            raise OutputExists(f"{path}: is there already; name another folder, or move it away")
    create_file(key, encode_private_key(pair.private_key, passphrase), private=True)
    create_file(certificate, pair.certificate.public_bytes(Encoding.PEM), private=False)
    return certificate, key
