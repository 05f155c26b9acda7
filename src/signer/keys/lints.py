"""What the field asks of issuers' certificates: each rule by its name, with what is wrong (docs/trust.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from signer.cms import CERTIFICATE_ERRORS, is_authority, read_extension
from signer.errors import KeyUnusable
from signer.keys.certificates import EKU_VACCINATION, EKU_VACCINATION_MISTAKEN
from signer.keys.creating import CSCA_YEARS, DSC_YEARS

__all__ = ["Finding", "lint_csca", "lint_dsc"]

MIN_RSA_BITS = 2048
CSCA_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
STRONG = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
LEAP_DAYS = timedelta(days=2)


@dataclass(frozen=True)
class Finding:
    """A rule that a certificate breaks: an error is refused by somebody, a warning is against advice."""

    rule: str
    severity: Literal["error", "warning"]
    message: str


def lint_dsc(dsc: x509.Certificate, csca: x509.Certificate | None, now: datetime) -> list[Finding]:
    """What is wrong with a document signer, below `csca` where that is at hand.

    Raises KeyUnusable for extensions that cannot be read.
    """
    try:
        return [*_common(dsc, now), *_dsc_key(dsc), *_dsc_use(dsc), *_dsc_identifiers(dsc, csca),
                *_lifetime(dsc, DSC_YEARS), *_below(dsc, csca)]  # fmt: skip
    except CERTIFICATE_ERRORS as error:
        raise _unreadable() from error


def lint_csca(csca: x509.Certificate, now: datetime) -> list[Finding]:
    """What is wrong with a national root. Raises KeyUnusable for extensions that cannot be read."""
    try:
        return [*_common(csca, now), *_csca_key(csca), *_csca_use(csca), *_lifetime(csca, CSCA_YEARS)]
    except CERTIFICATE_ERRORS as error:
        raise _unreadable() from error


def _common(certificate: x509.Certificate, now: datetime) -> Iterator[Finding]:
    countries = _countries(certificate)
    if len(countries) != 1 or not re.fullmatch("[A-Z]{2}", countries[0]):
        found = " and ".join(map(repr, countries)) or "none"
        yield _error("country", f"the subject must name one country (C) in two capital letters, not {found}")
    if not now <= certificate.not_valid_after_utc:
        yield _error("validity", f"it expired at {certificate.not_valid_after_utc}")
    if not isinstance(certificate.signature_hash_algorithm, STRONG):
        yield _error("digest", "it is signed over another digest than SHA-256, SHA-384 or SHA-512")
    if read_extension(certificate, x509.SubjectKeyIdentifier) is None:
        yield _error("ski", "it has no subject key identifier (SKI)")
    if certificate.version != x509.Version.v3:
        yield _error("version", "it is no X.509 version 3 certificate")


def _dsc_key(dsc: x509.Certificate) -> Iterator[Finding]:
    key = dsc.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        if not isinstance(key.curve, ec.SECP256R1):
            yield _error("key_type", f"its key is on {key.curve.name}; ES256 needs P-256")
    elif not isinstance(key, rsa.RSAPublicKey):
        yield _error("key_type", "its key is neither on P-256 (ES256) nor RSA (PS256)")
    elif key.key_size < MIN_RSA_BITS:
        yield _error("key_type", f"its RSA key has {key.key_size} bits; PS256 needs {MIN_RSA_BITS}")


def _dsc_use(dsc: x509.Certificate) -> Iterator[Finding]:
    usage = read_extension(dsc, x509.KeyUsage)
    if usage is None or not usage.digital_signature:
        yield _error("key_usage", "it lacks key usage digitalSignature")
    if is_authority(dsc) or (usage is not None and usage.key_cert_sign):
        yield _error("ca", "it may sign certificates; a DSC signs those of people only")
    purposes = read_extension(dsc, x509.ExtendedKeyUsage)
    if purposes is None:
        yield _warning(
            "eku", f"it has no extended key usage, so it may sign all kinds; {_purpose()} limits it"
        )
    elif EKU_VACCINATION in purposes:
        return
    elif EKU_VACCINATION_MISTAKEN in purposes:
        yield _warning("eku", f"its extended key usage has a 0 too many; {_purpose()}, is the right one")
    else:
        yield _error("eku", f"its extended key usage lacks {_purpose()}")


def _dsc_identifiers(dsc: x509.Certificate, csca: x509.Certificate | None) -> Iterator[Finding]:
    authority = read_extension(dsc, x509.AuthorityKeyIdentifier)
    if authority is None or authority.key_identifier is None:
        yield _error("aki", "it has no authority key identifier (AKI)")
    elif csca is not None:
        own = read_extension(csca, x509.SubjectKeyIdentifier)
        if own is not None and own.digest != authority.key_identifier:
            yield _error("aki", "its authority key identifier (AKI) is not the CSCA's SKI")


def _below(dsc: x509.Certificate, csca: x509.Certificate | None) -> Iterator[Finding]:
    if csca is None:
        return
    try:
        dsc.verify_directly_issued_by(csca)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        yield _error("csca", "the CSCA did not sign it")
    if _countries(dsc) != _countries(csca):
        yield _error("country", "it is of another country than the CSCA")
    begin, end = csca.not_valid_before_utc, csca.not_valid_after_utc
    if not begin <= dsc.not_valid_before_utc <= dsc.not_valid_after_utc <= end:
        yield _error("validity", f"it is in force when the CSCA is not ({begin} to {end})")


def _csca_key(csca: x509.Certificate) -> Iterator[Finding]:
    key = csca.public_key()
    is_strong_curve = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, CSCA_CURVES)
    if not is_strong_curve and not (isinstance(key, rsa.RSAPublicKey) and key.key_size >= MIN_RSA_BITS):
        yield _error(
            "key_type", f"its key is neither on P-256, P-384 or P-521 nor RSA of {MIN_RSA_BITS} bits"
        )


def _csca_use(csca: x509.Certificate) -> Iterator[Finding]:
    constraints, usage = read_extension(csca, x509.BasicConstraints), read_extension(csca, x509.KeyUsage)
    if constraints is None or not constraints.ca:
        yield _error("ca", "it is no CA (basicConstraints)")
    elif constraints.path_length != 0:
        yield _warning("ca", "its path length is not 0, so that other CAs can stand below it")
    if usage is None or not usage.key_cert_sign:
        yield _error("key_usage", "it lacks key usage keyCertSign")
    elif usage.digital_signature:
        yield _warning(
            "key_usage", "it has key usage digitalSignature; a CSCA signs nothing but certificates"
        )
    try:
        csca.verify_directly_issued_by(csca)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        yield _error("self_signed", "it is not signed by itself; the gateway knows no CA above a CSCA")


def _lifetime(certificate: x509.Certificate, years: int) -> Iterator[Finding]:
    """The governance of the gateway's certificates advises it; nobody refuses longer ones."""
    if (
        certificate.not_valid_after_utc - certificate.not_valid_before_utc
        > timedelta(days=365 * years) + LEAP_DAYS
    ):
        yield _warning("validity", f"it is in force for more than the {years} years that are advised")


def _countries(certificate: x509.Certificate) -> list[str]:
    return [str(found.value) for found in certificate.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)]


def _purpose() -> str:
    return f"{EKU_VACCINATION.dotted_string}, vaccinations"


def _error(rule: str, text: str) -> Finding:
    return Finding(rule, "error", text)


def _warning(rule: str, text: str) -> Finding:
    return Finding(rule, "warning", text)


def _unreadable() -> KeyUnusable:
    return KeyUnusable("the certificate's key or extensions cannot be read; have it made anew")
