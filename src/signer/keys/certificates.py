"""Certificates of issuers: the national root (CSCA) and the document signer (DSC), read from PEM files."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization

from signer.errors import KeyUnusable
from signer.keys.files import read_public_file

__all__ = ["EKU_VACCINATION", "EKU_VACCINATION_MISTAKEN", "kid", "load_certificate"]

EKU_VACCINATION = x509.ObjectIdentifier("1.3.6.1.4.1.1847.2021.1.2")
EKU_VACCINATION_MISTAKEN = x509.ObjectIdentifier(
    "1.3.6.1.4.1.0.1847.2021.1.2"
)  # in the field, and accepted there
KID_BYTES = 8
PARSER_ERRORS = (
    ValueError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
BEGIN = b"-----BEGIN CERTIFICATE-----"


def load_certificate(path: Path) -> x509.Certificate:
    """The one certificate in a PEM file. Raises KeyUnusable for none, several, or a damaged one."""
    pem = read_public_file(path)
    n_certificates = pem.count(BEGIN)
    if n_certificates != 1:
        raise KeyUnusable(f"{path}: holds {n_certificates} certificates in PEM; name a file that holds one")
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        certificate.public_key(), certificate.subject, certificate.extensions  # parsed when asked for
    except PARSER_ERRORS as error:
        raise KeyUnusable(f"{path}: is a damaged certificate, or of an unknown kind of key") from error
    return certificate


def kid(certificate: x509.Certificate) -> bytes:
    """The key identifier of a DSC: the first 8 bytes of SHA-256 over its DER (hcert specification 1.0.8)."""
    return hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).digest()[:KID_BYTES]
