"""The CAs below which certificates may sign files of shots, read from a folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from signer.cms.certificates import CERTIFICATE_ERRORS, certificate_files, certificates_in, is_authority
from signer.errors import TrustUnreadable

__all__ = ["Authorities"]


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
        certificates = {found: None for file in certificate_files(path) for found in _read(file)}
        if not certificates:
            raise TrustUnreadable(
                f"{path}: holds no CA certificate; put those there that sign facilities' certificates"
            )
        return cls(tuple(certificates))


def _read(file: Path) -> Iterator[x509.Certificate]:
    try:
        for certificate in certificates_in(file.read_bytes()):
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
