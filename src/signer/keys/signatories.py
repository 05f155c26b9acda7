"""Keys that sign files: a facility's or a province's, with the certificate that says whose they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signer.errors import KeyUnusable
from signer.keys.certificates import BEGIN, PARSER_ERRORS, load_certificate
from signer.keys.files import read_public_file
from signer.keys.private import load_private_key

__all__ = ["FileSignatory", "load_signatory"]


@dataclass(frozen=True)
class FileSignatory:
    """A certificate, the CAs between it and its root, and what its private key can do: sign."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    _key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        """Over SHA-256 of the message: ECDSA in DER, or RSASSA-PKCS1-v1_5."""
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        return self._key.sign(message, ec.ECDSA(hashes.SHA256()))


def load_signatory(
    certificate_path: Path, key_path: Path, chain_path: Path | None, passphrase: bytes | None
) -> FileSignatory:
    """Reads the files of a signatory; `chain_path` holds one or more CA certificates in PEM.

    Raises KeyUnusable for files that `load_certificate` or `load_private_key` refuse, for a key that is
    neither RSA nor on an elliptic curve, and for one that is not the certificate's.
    """
    certificate = load_certificate(certificate_path)
    key = load_private_key(key_path, passphrase)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise KeyUnusable(f"{key_path}: is neither an RSA nor an elliptic curve key; get a key that is")
    if key.public_key() != certificate.public_key():
        raise KeyUnusable(f"{key_path}: is not the key of {certificate_path}; name the two files of one pair")
    return FileSignatory(certificate, () if chain_path is None else _load_chain(chain_path), key)


def _load_chain(path: Path) -> tuple[x509.Certificate, ...]:
    pem = read_public_file(path)
    try:
        chain = tuple(x509.load_pem_x509_certificates(pem))
    except PARSER_ERRORS as error:
        raise _damaged(path) from error
    if len(chain) != pem.count(BEGIN):  # one cut short is passed over without a word
        raise _damaged(path)
    return chain


def _damaged(path: Path) -> KeyUnusable:
    return KeyUnusable(f"{path}: holds no certificates in PEM, or a damaged one; copy it again")
