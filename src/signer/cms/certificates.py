"""Certificates in PEM or DER: in files and folders, and the extensions that say what they are for."""

from __future__ import annotations

from pathlib import Path
from typing import Final, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

__all__ = ["CERTIFICATE_ERRORS", "certificate_files", "certificates_in", "is_authority", "read_extension"]

SUFFIXES: Final = frozenset({".pem", ".crt", ".cer", ".cert", ".der"})
"""What is read in a folder; everything else there, keys among it, is passed over."""

CERTIFICATE_ERRORS: Final = (
    ValueError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
"""What cryptography raises for certificates that are not what they should be, at once or when asked."""

Extension = TypeVar("Extension", bound=x509.ExtensionType)


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether it may sign other certificates. Raises one of CERTIFICATE_ERRORS."""
    constraints = read_extension(certificate, x509.BasicConstraints)
    return constraints is not None and constraints.ca


def read_extension(
    certificate: x509.Certificate | x509.CertificateSigningRequest, kind: type[Extension]
) -> Extension | None:
    """An extension of a certificate, None where it has none. Raises one of CERTIFICATE_ERRORS."""
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def certificate_files(path: Path) -> list[Path]:
    """The file itself, or those of a folder and its subfolders that hold certificates by their suffix."""
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())


def certificates_in(octets: bytes) -> list[x509.Certificate]:
    """Certificates in PEM, or one in DER; none in what holds a private key only.

    Raises one of CERTIFICATE_ERRORS where one is damaged or cut short.
    """
    if n_expected := octets.count(b"-----BEGIN CERTIFICATE-----"):
        certificates = x509.load_pem_x509_certificates(octets)
        if len(certificates) != n_expected:
            raise ValueError("a certificate cut short, which is passed over without a word")
        return certificates
    if b"PRIVATE KEY-----" in octets:
        return []
    return [x509.load_der_x509_certificate(octets)]
