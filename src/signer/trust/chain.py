"""Whether certificates of a list are what it says: of its country, below its CSCA, fit to sign messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from signer.cms import CERTIFICATE_ERRORS, country_of, read_extension
from signer.trust.countries import is_same_country
from signer.trust.left_out import EntryRefused

__all__ = ["check_country", "check_csca", "may_sign_messages"]

STRONG = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
FOR_TLS: Final = {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH}


def check_country(certificate: x509.Certificate, country: str) -> None:
    """Raises EntryRefused unless the certificate's own country is that of its list.

    Nobody signs what a list says beside the certificate: else anyone could move a key to another country.
    """
    own = country_of(certificate)
    if own is None or not is_same_country(own, country):
        raise EntryRefused(
            f"the list has it under {country}, its certificate says {own or 'no country'}",
            "ask the publisher which is right",
        )


def check_csca(certificate: x509.Certificate, cscas: Iterable[x509.Certificate]) -> None:
    """Raises EntryRefused unless one of the CSCAs, all of the DSC's country, signed it, or if it is one.

    A DSC that says of itself to be a CA is in the field, and is no CSCA for that.
    The signature decides, not the names: the same name is written in several encodings. What the CSCA's
    validity was then is not asked: who makes the list answers for what is in it.
    """
    if certificate in (known := list(cscas)):
        raise EntryRefused(
            "it is a CSCA's certificate, which signs DSCs and no certificates of people",
            "list the DSC instead",
        )
    if not any(_is_signed_by(certificate, csca) for csca in known):
        raise EntryRefused(
            "no CSCA of its country in the list signed it", "ask the publisher for the list with its CSCA"
        )


def may_sign_messages(certificate: x509.Certificate) -> bool:
    """Whether a certificate lets its key sign messages (RFC 5280, 4.2.1.3 and 4.2.1.12), or does not tell.

    One for TLS only, which is what AUTHENTICATION entries are, or for nothing but certificates does not.
    """
    try:
        usage = read_extension(certificate, x509.KeyUsage)
        purposes = read_extension(certificate, x509.ExtendedKeyUsage)
    except CERTIFICATE_ERRORS:  # the empty extended key usage, which is all that may be wrong here
        return True
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        return False
    return purposes is None or not FOR_TLS.issuperset(purposes)


def _is_signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        key, digest = issuer.public_key(), certificate.signature_hash_algorithm
        parameters = certificate.signature_algorithm_parameters
        signed = (certificate.signature, certificate.tbs_certificate_bytes)
        if not isinstance(digest, STRONG):
            return False
        if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(parameters, ec.ECDSA):
            key.verify(*signed, parameters)
        elif isinstance(key, rsa.RSAPublicKey) and isinstance(parameters, padding.PKCS1v15 | padding.PSS):
            key.verify(*signed, parameters, digest)
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True
