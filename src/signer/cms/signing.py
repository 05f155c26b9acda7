"""Makes signatures: CMS SignedData (RFC 5652) in DER, put together by asn1crypto."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Protocol

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from signer.cms.faults import CmsInvalid
from signer.cms.signature import MIN_RSA_BITS, is_usable, verify_attributes
from signer.cms.structure import parse_signature
from signer.errors import KeyUnusable

__all__ = ["Signatory", "algorithm_of", "attributes_of", "check_usable", "sign_attached", "sign_detached"]

UTC_TIME_ENDS = 2050  # RFC 5652, 11.3


class Signatory(Protocol):
    """A key and its certificate; `chain` are the CAs between it and the root."""

    @property
    def certificate(self) -> x509.Certificate: ...
    @property
    def chain(self) -> tuple[x509.Certificate, ...]: ...
    def sign(self, message: bytes) -> bytes:
        """ECDSA in DER or RSASSA-PKCS1-v1_5, over SHA-256 of the message."""


def check_usable(signatory: Signatory, now: datetime) -> None:
    """Raises KeyUnusable where no check would take its signature: for its key, or for its validity."""
    certificate = signatory.certificate
    if not is_usable(certificate.public_key()):
        raise KeyUnusable(
            "the certificate's key signs no files; use one on P-256, P-384, P-521, or RSA of"
            f" {MIN_RSA_BITS} bits and more"
        )
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise KeyUnusable(
            f"the certificate is in force from {certificate.not_valid_before_utc} to"
            f" {certificate.not_valid_after_utc}; name one that is in force now"
        )


def sign_detached(sha256: bytes, signatory: Signatory, now: datetime) -> bytes:
    """A signature in DER over what has this SHA-256, verified once more.

    Raises KeyUnusable where it would not be taken: too long a chain, or a fault of this machine, which must
    not leave it.
    """
    return _verified(_signed_data(sha256, None, signatory, now))


def sign_attached(content: bytes, signatory: Signatory, now: datetime) -> bytes:
    """The same, with what is signed inside."""
    return _verified(_signed_data(hashlib.sha256(content).digest(), content, signatory, now))


def _verified(octets: bytes) -> bytes:
    try:
        verify_attributes(parse_signature(octets))
    except CmsInvalid as invalid:
        raise KeyUnusable(
            f"the signature made would not be taken: {invalid.detail}; check the certificate and its chain"
        ) from invalid
    return octets


def _signed_data(sha256: bytes, content: bytes | None, signatory: Signatory, now: datetime) -> bytes:
    certificate = _parsed(signatory.certificate)
    attributes = attributes_of(sha256, signatory.certificate, now)
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                        {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
                    )
                }
            ),
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "signed_attrs": attributes,
            "signature_algorithm": algorithm_of(signatory.certificate),
            "signature": signatory.sign(attributes.dump()),
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
            "encap_content_info": {"content_type": "data"}
            | ({} if content is None else {"content": content}),
            "certificates": [certificate, *map(_parsed, signatory.chain)],
            "signer_infos": [signer],
        }
    )
    octets: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    return octets


def attributes_of(sha256: bytes, certificate: x509.Certificate, now: datetime) -> cms.CMSAttributes:
    """contentType, signingTime, messageDigest, and the digest of the certificate: none can be exchanged."""
    bound = tsp.SigningCertificateV2({"certs": [{"cert_hash": certificate.fingerprint(hashes.SHA256())}]})
    return cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute({"type": "signing_time", "values": [_time(now)]}),
            cms.CMSAttribute({"type": "message_digest", "values": [sha256]}),
            cms.CMSAttribute({"type": "signing_certificate_v2", "values": [bound]}),
        ]
    )


def _time(now: datetime) -> cms.Time:
    whole = now.replace(microsecond=0)
    if whole.year < UTC_TIME_ENDS:
        return cms.Time({"utc_time": core.UTCTime(whole)})
    return cms.Time({"generalized_time": core.GeneralizedTime(whole)})


def algorithm_of(certificate: x509.Certificate) -> algos.SignedDigestAlgorithm:
    if isinstance(certificate.public_key(), rsa.RSAPublicKey):
        return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15", "parameters": core.Null()})
    return algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})


def _parsed(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
