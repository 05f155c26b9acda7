"""Signs many contents with one key: only what differs is made anew, the rest is put together once."""

from __future__ import annotations

import hashlib
from datetime import datetime

from asn1crypto import algos, cms, core
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from signer.cms.signing import Signatory, algorithm_of, attributes_of, check_usable, sign_attached
from signer.errors import KeyUnusable

__all__ = ["AttachedSigner"]

SEQUENCE, SET, OCTETS, EXPLICIT_0 = 0x30, 0x31, 0x04, 0xA0
STAND_IN = hashlib.sha256(b"in the place of a digest").digest()


class AttachedSigner:
    """Signs as `sign_attached` does at `now`, many times as fast.

    Raises KeyUnusable where no check would take its signatures.
    """

    def __init__(self, signatory: Signatory, now: datetime) -> None:
        check_usable(signatory, now)
        sign_attached(b"", signatory, now)  # held against all that a check asks for, once
        self._signatory = signatory
        certificate = signatory.certificate
        self._attributes = attributes_of(STAND_IN, certificate, now).dump()
        sha256 = algos.DigestAlgorithm({"algorithm": "sha256"}).dump()
        self._before_attributes = _version() + _issuer_and_serial(certificate) + sha256
        self._algorithm = algorithm_of(certificate).dump()
        self._before_content = _version() + _tlv(SET, sha256)
        chain = sorted(each.public_bytes(Encoding.DER) for each in (certificate, *signatory.chain))
        self._certificates = _tlv(EXPLICIT_0, b"".join(chain))

    def sign(self, content: bytes) -> bytes:
        """CMS SignedData in DER, with the content in it (RFC 5652, 5.1); its signature was verified.

        Raises KeyUnusable where it is wrong, a fault of this machine.
        """
        attributes = self._attributes.replace(STAND_IN, hashlib.sha256(content).digest())
        signature = self._signatory.sign(attributes)
        _verify(self._signatory.certificate, signature, attributes)
        signer = _tlv(
            SEQUENCE,
            self._before_attributes
            + bytes([EXPLICIT_0]) + attributes[1:]  # IMPLICIT: another tag in the place of SET's
            + self._algorithm
            + _tlv(OCTETS, signature),
        )  # fmt: skip
        data = cms.ContentType("data").dump() + _tlv(EXPLICIT_0, _tlv(OCTETS, content))
        signed = self._before_content + _tlv(SEQUENCE, data) + self._certificates + _tlv(SET, signer)
        return _tlv(
            SEQUENCE, cms.ContentType("signed_data").dump() + _tlv(EXPLICIT_0, _tlv(SEQUENCE, signed))
        )


def _version() -> bytes:
    octets: bytes = core.Integer(1).dump()
    return octets


def _issuer_and_serial(certificate: x509.Certificate) -> bytes:
    serial: bytes = core.Integer(certificate.serial_number).dump()
    return _tlv(SEQUENCE, certificate.issuer.public_bytes() + serial)


def _verify(certificate: x509.Certificate, signature: bytes, message: bytes) -> None:
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise KeyUnusable("the signature made is wrong; check this machine") from error


def _tlv(tag: int, content: bytes) -> bytes:
    """An element in DER (X.690, 8.1.3 and 10.1)."""
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content
