"""Whether a DSC is of the country that its list says, and signed by a CSCA of that country in the list."""

from __future__ import annotations

from collections.abc import Iterable

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signer.trust.countries import is_same_country
from signer.trust.left_out import EntryRefused
from signer.trust.trusted_key import country_of

__all__ = ["check_country", "check_csca"]

STRONG = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


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
