"""Verifies that the signed attributes are the signer's; the content's digest is one of them."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signer.cms.faults import CmsFault, CmsInvalid
from signer.cms.structure import SignedMessage

__all__ = ["MIN_RSA_BITS", "is_usable", "verify_attributes"]

MIN_RSA_BITS = 2048
CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}


def is_usable(key: object) -> bool:
    """Whether a public key is of a kind and size that may sign files."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return isinstance(key.curve, CURVES)
    return isinstance(key, rsa.RSAPublicKey) and key.key_size >= MIN_RSA_BITS


def verify_attributes(signature: SignedMessage) -> None:
    """Raises CmsInvalid unless the certificate's key signed the attributes, and they name no other."""
    try:
        key = signature.certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CmsInvalid(CmsFault.ALGORITHM, "the signer's key is of an unknown kind") from error
    if not is_usable(key):
        raise CmsInvalid(CmsFault.ALGORITHM, "the signer's key is too weak or of another kind")
    try:
        _verify(key, signature)
    except InvalidSignature as error:
        raise _wrong("the signature is not that of its certificate's key") from error
    if signature.certificate_sha256 not in (None, signature.certificate.fingerprint(hashes.SHA256())):
        raise _wrong("the signer's certificate was exchanged for another")


def _verify(key: object, signature: SignedMessage) -> None:
    name, digest = signature.scheme.name, HASHES[signature.digest]
    rsa_names = ("rsassa_pkcs1v15", f"{signature.digest}_rsa", "rsassa_pss")
    if isinstance(key, ec.EllipticCurvePublicKey) and name == f"{signature.digest}_ecdsa":
        key.verify(signature.value, signature.attributes, ec.ECDSA(digest))
    elif isinstance(key, rsa.RSAPublicKey) and name in rsa_names:
        key.verify(signature.value, signature.attributes, _padding(signature), digest)
    else:
        raise CmsInvalid(CmsFault.ALGORITHM, "the signature's algorithm is not allowed for its key")


def _padding(signature: SignedMessage) -> padding.AsymmetricPadding:
    salt_bytes = signature.scheme.salt_bytes
    if salt_bytes is None:
        return padding.PKCS1v15()
    if not 0 <= salt_bytes <= MIN_RSA_BITS // 8:
        raise CmsInvalid(CmsFault.ALGORITHM, "the salt of RSASSA-PSS is of no possible length")
    return padding.PSS(padding.MGF1(HASHES[signature.digest]), salt_bytes)


def _wrong(detail: str) -> CmsInvalid:
    return CmsInvalid(CmsFault.WRONG, detail)
