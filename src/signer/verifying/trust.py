"""The DSCs that a verifier trusts, found by their kid."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signer.errors import TrustUnreadable
from signer.verifying.signature import SignatureKey, algorithm_of

__all__ = ["Dsc", "TrustStore"]

SUFFIXES: Final = frozenset({".pem", ".crt", ".cer", ".cert", ".der"})
"""What is read in a folder; everything else there, keys among it, is passed over."""

_KIND_OF_USAGE: Final = {
    f"1.3.6.1.4.1.{arc}2021.1.{number}": kind
    for arc in ("1847.", "0.1847.")  # the second is a mistake that is in the field and accepted
    for number, kind in ((1, "t"), (2, "v"), (3, "r"))
}
_ALL_KINDS: Final = frozenset("vtr")
_EMPTY_USAGE: Final = bytes.fromhex("0603551d25 0402 3000")
"""An extended key usage without a single purpose: against RFC 5280, but hcert 1.0.8 has it mean all kinds."""


@dataclass(frozen=True, slots=True)
class Dsc:
    """A document signer certificate: `kid` 8 bytes, `kinds` of entries it may sign out of v, t and r.

    `algorithm` and `key` are None for a key that certificates do not use.
    """

    kid: bytes
    key: SignatureKey | None
    algorithm: str | None
    country: str | None
    not_before: datetime
    not_after: datetime
    kinds: frozenset[str]

    @classmethod
    def from_certificate(cls, certificate: x509.Certificate) -> Dsc:
        """Reads an X.509 certificate; raises ValueError where its names or extensions are malformed."""
        algorithm, key = _algorithm_and_key(certificate)
        return cls(
            kid=hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()[:8],
            key=key,
            algorithm=algorithm,
            country=_country(certificate.subject) or _country(certificate.issuer),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            kinds=_kinds(certificate),
        )


@dataclass(frozen=True, slots=True)
class TrustStore:
    """DSCs by kid; several can share one, since a kid is only eight bytes of a hash."""

    by_kid: Mapping[bytes, tuple[Dsc, ...]]

    @classmethod
    def load(cls, path: Path) -> TrustStore:
        """Reads a PEM or DER file, or every certificate in a folder and its subfolders.

        Whatever certificate lies there is trusted as a DSC. Private keys are passed over. Raises
        TrustUnreadable for a file that is missing or no certificate, and when there is no certificate at all
        or only those of CAs, which sign DSCs and no certificates of people.
        """
        found = [entry for file in _files_of(path) for entry in _read_file(file)]
        store = cls.of(dsc for dsc, _ in found)
        if not store.by_kid:
            raise TrustUnreadable(
                f"no certificate to trust in {path}: give a DSC (PEM or DER) or a folder of them"
            )
        if all(is_ca for _, is_ca in found):
            raise TrustUnreadable(f"{path}: that is a CA; name the DSC that it signed, such as dsc.pem")
        return store

    @classmethod
    def of(cls, dscs: Iterable[Dsc]) -> TrustStore:
        """Makes a store of DSCs at hand; the same one given twice counts once."""
        by_kid: dict[bytes, tuple[Dsc, ...]] = {}
        for dsc in dscs:
            known = by_kid.get(dsc.kid, ())
            by_kid[dsc.kid] = known if dsc in known else (*known, dsc)
        return cls(by_kid)

    def find(self, kid: bytes) -> tuple[Dsc, ...]:
        """Every DSC with that kid, in the order of loading; empty when there is none."""
        return self.by_kid.get(kid, ())


def _files_of(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())


def _read_file(file: Path) -> list[tuple[Dsc, bool]]:
    """The certificates of a file as DSCs, and of each whether it is in truth a CA."""
    try:
        data = file.read_bytes()
        with warnings.catch_warnings():
            # Odd serial numbers and key usages are common in the field: no reason to write to the terminal.
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            return [(Dsc.from_certificate(found), _is_ca(found)) for found in _certificates(data)]
    except OSError as error:
        raise TrustUnreadable(f"cannot read {file}: {error.strerror or error}") from error
    except (ValueError, x509.DuplicateExtension) as error:
        raise TrustUnreadable(
            f"{file} is no certificate in PEM or DER, or is damaged; name a DSC such as dsc.pem"
        ) from error


def _certificates(data: bytes) -> list[x509.Certificate]:
    if b"-----BEGIN CERTIFICATE-----" in data:
        return x509.load_pem_x509_certificates(data)
    if b"PRIVATE KEY-----" in data:
        return []
    return [x509.load_der_x509_certificate(data)]


def _is_ca(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
    except ValueError:
        if _EMPTY_USAGE in certificate.tbs_certificate_bytes:
            return False
        raise


def _algorithm_and_key(certificate: x509.Certificate) -> tuple[str | None, SignatureKey | None]:
    try:
        key = certificate.public_key()
    except UnsupportedAlgorithm:
        return None, None
    algorithm = algorithm_of(key)
    return (algorithm, key) if algorithm and isinstance(key, SignatureKey) else (None, None)


def _country(name: x509.Name) -> str | None:
    for attribute in name.get_attributes_for_oid(NameOID.COUNTRY_NAME):
        return str(attribute.value).upper()
    return None


def _kinds(certificate: x509.Certificate) -> frozenset[str]:
    """No extended key usage means all kinds; one for other purposes only means none (RFC 5280, 4.2.1.12)."""
    try:
        extension = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return _ALL_KINDS
    except ValueError:
        if _EMPTY_USAGE in certificate.tbs_certificate_bytes:
            return _ALL_KINDS
        raise
    usages = {usage.dotted_string for usage in extension.value}
    if ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE.dotted_string in usages:
        return _ALL_KINDS
    return frozenset(_KIND_OF_USAGE[usage] for usage in usages & _KIND_OF_USAGE.keys())
