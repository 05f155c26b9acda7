"""Certificates in PEM or DER: in files and folders, and the extensions that say what they are for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import NameOID

__all__ = [
    "CERTIFICATE_ERRORS",
    "certificate_files",
    "certificates_in",
    "country_of",
    "is_authority",
    "purposes_of",
    "read_extension",
]

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

_NO_PURPOSES: Final = bytes.fromhex("0603551d25 0402 3000")
"""An extended key usage without a single purpose: against RFC 5280, but in the field."""


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether it says that it may sign other certificates. Raises one of CERTIFICATE_ERRORS."""
    try:
        constraints = read_extension(certificate, x509.BasicConstraints)
    except ValueError:
        if _NO_PURPOSES in certificate.tbs_certificate_bytes:
            return False  # those who write so are signers of documents
        raise
    return constraints is not None and constraints.ca


def purposes_of(certificate: x509.Certificate) -> list[str]:
    """The extended key usage in dotted numbers; none means all (hcert 1.0.8). Raises one of
    CERTIFICATE_ERRORS."""
    try:
        usage = read_extension(certificate, x509.ExtendedKeyUsage)
    except ValueError:
        if _NO_PURPOSES in certificate.tbs_certificate_bytes:
            return []
        raise
    return [] if usage is None else [purpose.dotted_string for purpose in usage]


def country_of(certificate: x509.Certificate) -> str | None:
    """The first code of two letters that the subject has, else the issuer; None where there is none."""
    for name in (certificate.subject, certificate.issuer):
        for attribute in name.get_attributes_for_oid(NameOID.COUNTRY_NAME):
            if re.fullmatch("[A-Z]{2}", country := str(attribute.value).strip().upper()):
                return country
    return None


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
