"""Makes an issuer's certificates: the national root (CSCA) and document signers (DSC) below it (RFC 5280)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from signer.cms import is_authority
from signer.errors import KeyUnusable
from signer.keys.certificates import EKU_VACCINATION, load_certificate
from signer.keys.private import load_private_key

__all__ = [
    "CSCA_YEARS",
    "DSC_YEARS",
    "KeyPair",
    "create_csca",
    "create_dsc",
    "key_usage",
    "load_csca",
    "sign_dsc",
    "subject_name",
]

CSCA_YEARS, DSC_YEARS = 4, 2  # the lifetimes that the gateway's certificate governance advises


@dataclass(frozen=True)
class KeyPair:
    """A certificate and the private key it belongs to."""

    certificate: x509.Certificate
    private_key: ec.EllipticCurvePrivateKey


def load_csca(certificate_path: Path, key_path: Path, passphrase: bytes | None) -> KeyPair:
    """A CSCA to sign DSCs with. Raises KeyUnusable where it is no CA or the key is not the certificate's."""
    certificate = load_certificate(certificate_path)
    key = load_private_key(key_path, passphrase)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KeyUnusable(f"{key_path}: is no elliptic curve key; make one by `signer keys csca`")
    if key.public_key() != certificate.public_key():
        raise KeyUnusable(f"{key_path}: is not the key of {certificate_path}; name the two files of one pair")
    if not is_authority(certificate):
        raise KeyUnusable(f"{certificate_path}: is no CA; name the folder that `signer keys csca` made")
    return KeyPair(certificate, key)


def create_csca(country: str, *, now: datetime) -> KeyPair:
    """A new self-signed national root of `country` (two letters) on P-256, for 4 years from `now`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = subject_name(country, "CSCA")
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = (
        _builder(name, name, key.public_key(), now, _years_later(now, CSCA_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage(signs_certificates=True), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier(identifier.digest, None, None), critical=False)
    )
    return KeyPair(builder.sign(key, hashes.SHA256()), key)


def create_dsc(csca: KeyPair, *, now: datetime) -> KeyPair:
    """A new key on P-256 and its document signer, as `sign_dsc` makes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    return KeyPair(sign_dsc(csca, key.public_key(), now=now), key)


def sign_dsc(csca: KeyPair, key: ec.EllipticCurvePublicKey, *, now: datetime) -> x509.Certificate:
    """The certificate of a document signer for vaccinations, signed by `csca`, for 2 years from `now`.

    Raises KeyUnusable where the CSCA names no country or is not in force all that time.
    """
    issuer, not_after = csca.certificate, _years_later(now, DSC_YEARS)
    countries = issuer.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)
    if len(countries) != 1:
        raise KeyUnusable("the CSCA's subject names no country; make one by `signer keys csca`")
    if now < issuer.not_valid_before_utc or not_after > issuer.not_valid_after_utc:
        raise KeyUnusable(
            f"the CSCA is in force from {issuer.not_valid_before_utc} to {issuer.not_valid_after_utc},"
            f" the DSC would be until {not_after}; make a new CSCA by `signer keys csca`"
        )
    subject = subject_name(str(countries[0].value), "DSC")
    builder = (
        _builder(issuer.subject, subject, key, now, not_after)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([EKU_VACCINATION]), critical=False)
        .add_extension(_authority(csca), critical=False)
    )
    return builder.sign(csca.private_key, hashes.SHA256())


def subject_name(country: str, role: str) -> x509.Name:
    """The subject of an issuer's certificate: its country, and what it is for."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{role} {country}"),
        ]
    )


def key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    """That of a CSCA, or of a DSC."""
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _builder(
    issuer: x509.Name,
    subject: x509.Name,
    key: ec.EllipticCurvePublicKey,
    not_before: datetime,
    not_after: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _authority(csca: KeyPair) -> x509.AuthorityKeyIdentifier:
    """The issuer's own subject key identifier where it has one, else the one its key would have."""
    try:
        identifier = csca.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except x509.ExtensionNotFound:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(csca.private_key.public_key())
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)


def _years_later(moment: datetime, years: int) -> datetime:
    day = 28 if (moment.month, moment.day) == (2, 29) else moment.day
    return moment.replace(year=moment.year + years, day=day)
