"""Private keys in PKCS#8 PEM (RFC 5958, RFC 7468), encrypted or not, and the P-256 scalar inside.

What cannot be wiped: the library's own key object and the integer and bytes it hands out live until Python
frees them, and their memory is not cleared. The long-lived copy, the bytearray, is the caller's to wipe.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from signer.errors import KeyUnusable
from signer.keys.files import read_private_file

__all__ = ["SCALAR_BYTES", "encode_private_key", "load_private_key", "load_scalar", "public_key", "wipe"]

SCALAR_BYTES = 32
PLAIN, ENCRYPTED = b"-----BEGIN PRIVATE KEY-----", b"-----BEGIN ENCRYPTED PRIVATE KEY-----"


def load_private_key(path: Path, passphrase: bytes | None) -> PrivateKeyTypes:
    """Reads a private key of any kind.

    Raises KeyUnusable for a file others may read, for what is no PKCS#8 PEM, and for a passphrase that is
    wrong, missing, or given for a key that has none.
    """
    pem = read_private_file(path)
    if PLAIN not in pem and ENCRYPTED not in pem:
        raise KeyUnusable(
            f"{path}: is no PKCS#8 private key in PEM; `openssl pkcs8 -topk8` turns others into one"
        )
    encrypted = ENCRYPTED in pem
    if encrypted and passphrase is None:
        raise KeyUnusable(
            f"{path}: is encrypted and its passphrase is missing; name the file that holds it, as"
            " passphrase_file in the profile, else by --passphrase-file or, for a CSCA's key,"
            " --csca-passphrase-file"
        )
    if not encrypted and passphrase is not None:
        raise KeyUnusable(f"{path}: is not encrypted, but a passphrase was named; encrypt it or name none")
    try:
        return serialization.load_pem_private_key(pem, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        problem = "does not open: wrong passphrase, or damaged" if encrypted else "is damaged"
        raise KeyUnusable(f"{path}: {problem}") from error


def load_scalar(path: Path, passphrase: bytes | None) -> bytearray:
    """The private scalar of a P-256 key, 32 bytes big endian; `wipe` it when done.

    Raises KeyUnusable as `load_private_key` does, and for another kind of key.
    """
    key = load_private_key(path, passphrase)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise KeyUnusable(f"{path}: is no P-256 key; make one by `signer keys dsc`")
    return bytearray(key.private_numbers().private_value.to_bytes(SCALAR_BYTES, "big"))


def public_key(scalar: bytearray) -> ec.EllipticCurvePublicKey:
    """The point of a scalar, computed and not read: it is what the signatures will verify with."""
    return ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1()).public_key()


def encode_private_key(key: PrivateKeyTypes, passphrase: bytes | None) -> bytes:
    """PKCS#8 PEM, encrypted (PBES2, AES-256) where a passphrase is given."""
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase is not None:
        encryption = serialization.BestAvailableEncryption(passphrase)
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def wipe(secret: bytearray) -> None:
    """Overwrites a secret with zeros, in place."""
    secret[:] = bytes(len(secret))
