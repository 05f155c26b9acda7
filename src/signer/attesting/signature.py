"""Verifies that the signed attributes are the signer's; the content's digest is one of them."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signer.attesting.faults import FaultKind, NotAttestedError
from signer.attesting.structure import DetachedSignature

__all__ = ["MIN_RSA_BITS", "is_usable", "verify_attributes"]

MIN_RSA_BITS = 2048
CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
RSA_SCHEMES = ("rsassa_pkcs1v15", "sha256_rsa", "rsassa_pss")
EC_SCHEME = "sha256_ecdsa"


def is_usable(key: object) -> bool:
    """Whether a public key is of a kind and size that may sign files."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return isinstance(key.curve, CURVES)
    return isinstance(key, rsa.RSAPublicKey) and key.key_size >= MIN_RSA_BITS


def verify_attributes(signature: DetachedSignature) -> None:
    """Raises NotAttestedError unless the certificate's key signed the attributes, and they name no other."""
    try:
        key = signature.certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise NotAttestedError(
            FaultKind.ALGORITHM_REFUSED, "the signer's key is of an unknown kind"
        ) from error
    if not is_usable(key):
        raise NotAttestedError(FaultKind.ALGORITHM_REFUSED, "the signer's key is too weak or of another kind")
    try:
        _verify(key, signature)
    except InvalidSignature as error:
        raise _wrong("the signature is not that of its certificate's key") from error
    if signature.certificate_sha256 not in (None, signature.certificate.fingerprint(hashes.SHA256())):
        raise _wrong("the signer's certificate was exchanged for another")


def _verify(key: object, signature: DetachedSignature) -> None:
    name, digest = signature.scheme.name, hashes.SHA256()
    if isinstance(key, ec.EllipticCurvePublicKey) and name == EC_SCHEME:
        key.verify(signature.value, signature.attributes, ec.ECDSA(digest))
    elif isinstance(key, rsa.RSAPublicKey) and name in RSA_SCHEMES:
        key.verify(signature.value, signature.attributes, _padding(signature), digest)
    else:
        raise NotAttestedError(
            FaultKind.ALGORITHM_REFUSED, "the signature's algorithm is not allowed for its key"
        )


def _padding(signature: DetachedSignature) -> padding.AsymmetricPadding:
    salt_bytes = signature.scheme.salt_bytes
    if salt_bytes is None:
        return padding.PKCS1v15()
    if not 0 <= salt_bytes <= MIN_RSA_BITS // 8:
        raise NotAttestedError(FaultKind.ALGORITHM_REFUSED, "the salt of RSASSA-PSS is of no possible length")
    return padding.PSS(padding.MGF1(hashes.SHA256()), salt_bytes)


def _wrong(detail: str) -> NotAttestedError:
    return NotAttestedError(FaultKind.SIGNATURE_WRONG, detail)
