"""What may be told of a key or certificate file: never anything of a private key but its public half."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signer.errors import KeyUnusable
from signer.keys.certificates import kid, load_certificate
from signer.keys.files import read_public_file
from signer.keys.private import load_private_key

__all__ = ["describe", "key_type"]

CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}

Description = dict[str, str | list[str]]


def describe(path: Path, passphrase: bytes | None) -> Description:
    """What a certificate or private key file in PEM holds, as texts under JSON names.

    Raises KeyUnusable for a file that is neither, cannot be read, or does not open by the passphrase.
    """
    pem = read_public_file(path)  # only to look at its kind; a private key is read again, with its checks
    if b"PRIVATE KEY-----" in pem:
        key = load_private_key(path, passphrase).public_key()
        return {"kind": "private key", "key_type": key_type(key), "public_key_sha256": _key_sha256(key)}
    if b"-----BEGIN CERTIFICATE-----" in pem:
        return _describe_certificate(load_certificate(path))
    raise KeyUnusable(f"{path}: is neither a certificate nor a private key in PEM")


def _describe_certificate(certificate: x509.Certificate) -> Description:
    key, identifier = certificate.public_key(), kid(certificate)
    return {
        "kind": "certificate",
        "subject": certificate.subject.rfc4514_string(),
        "issuer": certificate.issuer.rfc4514_string(),
        "kid": identifier.hex(),
        "kid_base64": base64.b64encode(identifier).decode("ascii"),
        "not_before": _text(certificate.not_valid_before_utc),
        "not_after": _text(certificate.not_valid_after_utc),
        "extended_key_usage": _purposes(certificate),
        "key_type": key_type(key),
        "sha256": certificate.fingerprint(SHA256()).hex(),
        "public_key_sha256": _key_sha256(key),
    }


def _purposes(certificate: x509.Certificate) -> list[str]:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return []
    return [purpose.dotted_string for purpose in usage]


def key_type(key: PublicKeyTypes) -> str:
    """The kind and size of a key: "P-256", "RSA 2048"."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return CURVES.get(key.curve.name, key.curve.name)
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    return type(key).__name__.removesuffix("PublicKey")


def _key_sha256(key: PublicKeyTypes) -> str:
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
