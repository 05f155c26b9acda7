"""Writes a private key and what belongs to it, a certificate or a request, as a pair of files."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding

from signer.errors import OutputExists
from signer.keys.creating import KeyPair
from signer.keys.files import create_file
from signer.keys.private import encode_private_key

__all__ = ["write_certificate", "write_key_pair", "write_with_key"]


def write_key_pair(pair: KeyPair, folder: Path, name: str, passphrase: bytes | None) -> tuple[Path, Path]:
    """Creates `<name>.key` (0600) and `<name>.pem` in `folder`; gives their paths as (certificate, key).

    Raises OutputExists, before anything is written, where one is there; OutputUnwritable where it cannot be.
    """
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    write_with_key(
        certificate, pair.certificate.public_bytes(Encoding.PEM), key, pair.private_key, passphrase
    )
    return certificate, key


def write_certificate(certificate: x509.Certificate, folder: Path, name: str) -> Path:
    """Creates `<name>.pem` in `folder`. Raises as `write_key_pair` does."""
    path = folder / f"{name}.pem"
    create_file(path, certificate.public_bytes(Encoding.PEM), private=False)
    return path


def write_with_key(
    path: Path, content: bytes, key_path: Path, private_key: PrivateKeyTypes, passphrase: bytes | None
) -> None:
    """Creates a private key's file (0600) and one of what belongs to it. Raises as `write_key_pair` does."""
    for taken in (path, key_path):
        if taken.exists() or taken.is_symlink():
            raise OutputExists(f"{taken}: is there already; name another folder, or move it away")
    create_file(key_path, encode_private_key(private_key, passphrase), private=True)
    create_file(path, content, private=False)
