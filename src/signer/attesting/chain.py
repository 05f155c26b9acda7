"""Whether a certificate chains to a trusted CA, all in force when it signed, and is one for signing files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from signer.attesting.authorities import Authorities
from signer.attesting.faults import FaultKind, NotAttestedError
from signer.cms import CERTIFICATE_ERRORS, is_authority, read_extension

__all__ = ["check_chain", "check_usage"]

MOST_CAS_BETWEEN = 8
FOR_SIGNING: Final = frozenset(
    {
        ExtendedKeyUsageOID.EMAIL_PROTECTION,  # what openssl cms -verify asks for
        x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"),  # documentSigning, RFC 9336
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    }
)
"""Purposes one of which a certificate must have if it names any."""


def check_chain(
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    authorities: Authorities,
    at: datetime,
) -> x509.Certificate:
    """The trusted CA at the end of the chain; raises NotAttestedError where there is none at that time."""
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not begin <= at <= end:
        raise NotAttestedError(
            FaultKind.NOT_IN_FORCE,
            f"signed at {_text(at)} with a certificate in force from {_text(begin)} to {_text(end)}",
        )
    try:
        return _build(certificate, others, authorities, at)
    except (VerificationError, *CERTIFICATE_ERRORS) as error:
        if _chains_at_another_time(certificate, others, authorities):
            raise NotAttestedError(
                FaultKind.NOT_IN_FORCE, f"signed at {_text(at)}, when a CA above was not in force"
            ) from error
        raise NotAttestedError(
            FaultKind.NOT_TRUSTED, "the signer's certificate does not lead to a CA that is trusted here"
        ) from error


def check_usage(certificate: x509.Certificate) -> None:
    """Raises NotAttestedError unless key usage and purposes let it sign files, and nothing but them."""
    try:
        usage = read_extension(certificate, x509.KeyUsage)
        purposes = read_extension(certificate, x509.ExtendedKeyUsage)
        its_a_ca = is_authority(certificate)
    except CERTIFICATE_ERRORS as error:
        raise _wrong("cannot be read") from error
    if its_a_ca:
        raise _wrong("is a CA's")
    if usage is None or not (usage.digital_signature or usage.content_commitment):
        raise _wrong("has neither key usage digitalSignature nor nonRepudiation")
    if purposes is not None and not FOR_SIGNING & set(purposes):
        raise _wrong("has an extended key usage without emailProtection and documentSigning")


def _build(
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    authorities: Authorities,
    at: datetime,
) -> x509.Certificate:
    """RFC 5280's path validation by cryptography, without what it asks of web servers.

    It checks names, signatures and their algorithms, validity, path lengths, and refuses critical
    extensions and name constraints that it does not know. A CA for web servers only certifies no facility,
    as for openssl: what it says of names, it says of those of servers.
    """
    verifier = (
        PolicyBuilder()
        .store(Store(list(authorities.certificates)))
        .time(at)
        .max_chain_depth(MOST_CAS_BETWEEN)
        .extension_policies(ca_policy=_authority_policy(), ee_policy=ExtensionPolicy.permit_all())
        .build_client_verifier()
    )
    return verifier.verify(certificate, list(others)).chain[-1]


def _authority_policy() -> ExtensionPolicy:
    return (
        ExtensionPolicy.permit_all()
        .require_present(x509.BasicConstraints, Criticality.AGNOSTIC, None)  # and that it is a CA
        .may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _check_authority_usage)
        .may_be_present(x509.ExtendedKeyUsage, Criticality.AGNOSTIC, _check_authority_purposes)
    )


def _check_authority_usage(
    _policy: Policy, _authority: x509.Certificate, usage: x509.KeyUsage | None
) -> None:
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("a CA without key usage keyCertSign")  # cryptography makes a VerificationError of it


def _check_authority_purposes(
    _policy: Policy, _authority: x509.Certificate, purposes: x509.ExtendedKeyUsage | None
) -> None:
    if purposes is not None and not FOR_SIGNING & set(purposes):
        raise ValueError("a CA for other purposes")


def _chains_at_another_time(
    certificate: x509.Certificate, others: Sequence[x509.Certificate], authorities: Authorities
) -> bool:
    """Whether nothing but time is wrong: where validities overlap at all, they do when the last begins."""
    for begin in {found.not_valid_before_utc for found in (certificate, *others, *authorities.certificates)}:
        try:
            _build(certificate, others, authorities, begin)
        except (VerificationError, *CERTIFICATE_ERRORS):
            continue
        return True
    return False


def _wrong(detail: str) -> NotAttestedError:
    return NotAttestedError(FaultKind.USAGE_WRONG, f"the signer's certificate {detail}")


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
