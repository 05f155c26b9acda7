"""The CAs below which certificates may sign files of shots, read from a folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from signer.errors import TrustUnreadable

__all__ = ["CERTIFICATE_ERRORS", "Authorities", "is_authority", "read_extension"]

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


@dataclass(frozen=True)
class Authorities:
    """CAs that are trusted as they are: roots, or CAs below them."""

    certificates: tuple[x509.Certificate, ...]

    @classmethod
    def load(cls, path: Path) -> Authorities:
        """Reads a PEM or DER file, or every certificate in a folder and its subfolders.

        Raises TrustUnreadable where there is none, and for one that is damaged or no CA: a facility's own
        certificate, put there by mistake, would be trusted whatever became of its CA.
        """
        certificates = {found: None for file in _files_of(path) for found in _read(file)}
        if not certificates:
            raise TrustUnreadable(
                f"{path}: holds no CA certificate; put those there that sign facilities' certificates"
            )
        return cls(tuple(certificates))


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether it may sign other certificates. Raises one of CERTIFICATE_ERRORS."""
    constraints = read_extension(certificate, x509.BasicConstraints)
    return constraints is not None and constraints.ca


def read_extension(certificate: x509.Certificate, kind: type[Extension]) -> Extension | None:
    """An extension of a certificate, None where it has none. Raises one of CERTIFICATE_ERRORS."""
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _files_of(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())


def _read(file: Path) -> Iterator[x509.Certificate]:
    try:
        for certificate in _certificates(file.read_bytes()):
            certificate.public_key(), certificate.subject  # parsed when asked for
            if not is_authority(certificate):
                raise TrustUnreadable(f"{file}: holds a certificate that is no CA's; take it out of there")
            yield certificate
    except OSError as error:
        raise TrustUnreadable(
            f"{file}: cannot be read: {error.strerror or error}; check the path, its owner and mode"
        ) from error
    except CERTIFICATE_ERRORS as error:
        raise TrustUnreadable(
            f"{file}: is no certificate in PEM or DER, or damaged; copy it again"
        ) from error


def _certificates(octets: bytes) -> list[x509.Certificate]:
    if n_expected := octets.count(b"-----BEGIN CERTIFICATE-----"):
        certificates = x509.load_pem_x509_certificates(octets)
        if len(certificates) != n_expected:
            raise ValueError("a certificate cut short, which is passed over without a word")
        return certificates
    if b"PRIVATE KEY-----" in octets:
        return []
    return [x509.load_der_x509_certificate(octets)]
