"""What a document signer (DSC) must be before the first signature is made with it (docs/keys.md)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from signer.errors import PreflightFailed
from signer.issuing.published_test_keys import PUBLISHED_TEST_KEYS
from signer.keys import EKU_VACCINATION, EKU_VACCINATION_MISTAKEN
from signer.profile import Profile

__all__ = ["preflight"]

Extension = TypeVar("Extension", bound=x509.ExtensionType)


def preflight(
    profile: Profile,
    *,
    dsc: x509.Certificate,
    csca: x509.Certificate,
    public_key: ec.EllipticCurvePublicKey,
    issued_at: int,
    expires_at: int,
) -> None:
    """Raises PreflightFailed unless `dsc` may sign vaccination certificates for this profile.

    `public_key` is that of the private key that will sign; the times are iat and exp, seconds since 1970.
    Validity follows the shell model of the hcert specification: notBefore <= iat and exp <= notAfter.
    """
    _check_key(profile, dsc, public_key)
    _check_country(profile, dsc)
    _check_purpose(profile, dsc)
    _check_validity(profile, dsc, issued_at, expires_at)
    _check_csca(profile, dsc, csca, issued_at)


def _check_key(profile: Profile, dsc: x509.Certificate, public_key: ec.EllipticCurvePublicKey) -> None:
    key = dsc.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise PreflightFailed(f"{profile.dsc}: the DSC's key is not on P-256; ES256 needs one that is")
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if hashlib.sha256(spki).hexdigest() in PUBLISHED_TEST_KEYS:
        raise PreflightFailed(f"{profile.dsc}: the DSC's key is a published test key; make one of your own")
    if key != public_key:
        raise PreflightFailed(
            f"{profile.key}: is not the key of {profile.dsc}; name the two files of one pair"
        )


def _check_country(profile: Profile, dsc: x509.Certificate) -> None:
    countries = [
        str(attribute.value) for attribute in dsc.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)
    ]
    if countries != [profile.country]:
        found = " and ".join(countries) or "no country"
        raise PreflightFailed(
            f"{profile.dsc}: the DSC is of {found}, the profile of {profile.country};"
            " name the DSC of that country"
        )


def _check_purpose(profile: Profile, dsc: x509.Certificate) -> None:
    usage = _extension(dsc, x509.KeyUsage)
    if usage is None or not usage.digital_signature:
        raise PreflightFailed(
            f"{profile.dsc}: the DSC lacks key usage digitalSignature; have it made again with it"
        )
    purposes = _extension(dsc, x509.ExtendedKeyUsage)  # none means all kinds
    if purposes is not None and not {EKU_VACCINATION, EKU_VACCINATION_MISTAKEN} & set(purposes):
        raise PreflightFailed(
            f"{profile.dsc}: the DSC's extended key usage leaves out vaccinations"
            f" ({EKU_VACCINATION.dotted_string}); name a DSC for them"
        )


def _check_validity(profile: Profile, dsc: x509.Certificate, issued_at: int, expires_at: int) -> None:
    _check_in_force(f"{profile.dsc}: the DSC", dsc, issued_at)
    if expires_at > dsc.not_valid_after_utc.timestamp():
        raise PreflightFailed(
            f"{profile.dsc}: the DSC ends at {_text(dsc.not_valid_after_utc)}, before certificates would that"
            f" are issued now for {profile.validity_months} months; name a newer DSC"
        )


def _check_csca(profile: Profile, dsc: x509.Certificate, csca: x509.Certificate, issued_at: int) -> None:
    constraints, usage = _extension(csca, x509.BasicConstraints), _extension(csca, x509.KeyUsage)
    if constraints is None or not constraints.ca or (usage is not None and not usage.key_cert_sign):
        raise PreflightFailed(f"{profile.csca}: the CSCA may not sign certificates; name a CA")
    try:
        dsc.verify_directly_issued_by(csca)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError) as error:
        raise PreflightFailed(
            f"{profile.dsc}: the DSC is not signed by {profile.csca}; name its CSCA"
        ) from error
    _check_in_force(f"{profile.csca}: the CSCA", csca, issued_at)


def _check_in_force(which: str, certificate: x509.Certificate, moment_s: int) -> None:
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if moment_s < begin.timestamp():
        raise PreflightFailed(
            f"{which} is in force from {_text(begin)} only; issue later, or name an older one"
        )
    if moment_s > end.timestamp():
        raise PreflightFailed(f"{which} expired at {_text(end)}; name a newer one")


def _extension(certificate: x509.Certificate, kind: type[Extension]) -> Extension | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
