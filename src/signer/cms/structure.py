"""Reads a signature: CMS SignedData (RFC 5652) in DER or BER, taken apart by asn1crypto."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signer.cms.certificates import CERTIFICATE_ERRORS
from signer.cms.faults import CmsFault, CmsInvalid

__all__ = ["MAX_SIGNATURE_BYTES", "STRONG_DIGESTS", "SignatureScheme", "SignedMessage", "parse_signature"]

MAX_SIGNATURE_BYTES = 1 << 18
MAX_CERTIFICATES = 20
MAX_DIGESTS = 10
VERSIONS = ("v1", "v3", "v4", "v5")
SHA_256 = "sha256"
STRONG_DIGESTS: Final = (SHA_256, "sha384", "sha512")
AS_TEXT: Final = (
    (b"-----BEGIN ", "PEM"),
    (b"MIME-Version:", "S/MIME"),
    (b"Content-Type:", "S/MIME"),
    (b"MII", "base64"),  # how a SEQUENCE of 256 octets and more begins
)
ENDLESS_NUMBER: Final = re.compile(rb"[\x80-\xff]{1024}")
"""What an endless object identifier is made of: asn1crypto would reckon for minutes. Nothing else has it."""
PARSER_ERRORS = (
    *CERTIFICATE_ERRORS, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError,
)  # fmt: skip
"""What asn1crypto, which parses when asked, raises for octets that are not what they should be, too."""


@dataclass(frozen=True)
class SignatureScheme:
    """How the signature was made: `name` as asn1crypto has it; `salt_bytes` for RSASSA-PSS."""

    name: str
    salt_bytes: int | None


@dataclass(frozen=True)
class SignedMessage:
    """What a signature says, nothing of it verified.

    `attributes` are the octets that were signed; `certificate` is the signer's, `others` came along.
    `content` is None for a detached signature; `digest` is the name of the hash that `content_digest` and the
    signature are of. `certificate_sha256` is what the attribute signingCertificateV2 binds, if it is there.
    """

    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    digest: str
    scheme: SignatureScheme
    attributes: bytes
    value: bytes
    content: bytes | None
    content_digest: bytes
    signed_at: datetime | None
    certificate_sha256: bytes | None


def parse_signature(
    octets: bytes, digests: Collection[str] = (SHA_256,), known: Collection[x509.Certificate] = ()
) -> SignedMessage:
    """Takes a signature apart; raises CmsInvalid for what is none, or lacks what is needed.

    `digests` are those that count. The signer's certificate may be one of `known` instead of coming along.
    """
    for beginning, name in AS_TEXT:
        if octets.lstrip().startswith(beginning):
            raise _unreadable(f"the signature is in {name}, not DER (openssl cms -sign needs -outform DER)")
    if ENDLESS_NUMBER.search(octets):
        raise _unreadable("the signature holds a number without end")
    try:
        return _parse(octets, digests, known)
    except PARSER_ERRORS as error:
        raise _unreadable("the signature is damaged or no CMS SignedData in DER") from error


def _parse(octets: bytes, digests: Collection[str], known: Collection[x509.Certificate]) -> SignedMessage:
    content = cms.ContentInfo.load(octets, strict=True)
    if content["content_type"].native != "signed_data":
        raise _unreadable("the signature is CMS of another kind than SignedData")
    signed = content["content"]
    if signed["encap_content_info"]["content_type"].native != "data":
        raise _unreadable("the signature is over another kind of content than data")
    signer = _only_signer(signed["signer_infos"])
    _check_announced(signed, signer, digests)
    certificate, others = _certificates(signed["certificates"], signer["sid"], known)
    values = _attributes(signer["signed_attrs"])
    if values["content_type"].native != "data":
        raise _incomplete("the attribute contentType is not data")
    return SignedMessage(
        certificate,
        others,
        signer["digest_algorithm"]["algorithm"].native,
        _scheme(signer),
        signer["signed_attrs"].untag().dump(),
        signer["signature"].native,
        signed["encap_content_info"]["content"].native,
        values["message_digest"].native,
        _moment(values["signing_time"].native) if "signing_time" in values else None,
        _bound_certificate(values.get("signing_certificate_v2")),
    )


def _check_announced(signed: Any, signer: Any, digests: Collection[str]) -> None:
    """Versions and the list of digests, which nothing here depends on and no signature covers."""
    known = signed["version"].native in VERSIONS and signer["version"].native in VERSIONS
    if not known or len(signed["digest_algorithms"]) > MAX_DIGESTS:
        raise _unreadable("the signature is CMS of an unknown version")
    used = signer["digest_algorithm"]["algorithm"].native
    announced = [algorithm["algorithm"].native for algorithm in signed["digest_algorithms"]]
    if used not in digests or used not in announced:
        raise _refused("the digest is not SHA-256 (openssl cms -sign needs -md sha256)")


def _only_signer(signers: Any) -> Any:
    if len(signers) != 1:
        raise _incomplete(f"the signature has {len(signers)} signers, one is wanted")
    return signers[0]


def _certificates(
    certificates: Any, wanted: Any, known: Collection[x509.Certificate]
) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    """The signer's certificate, found by issuer and serial number or by key identifier, and the others."""
    if len(certificates) > MAX_CERTIFICATES:
        raise _unreadable(
            f"the signature carries {len(certificates)} certificates, more than {MAX_CERTIFICATES}"
        )
    chosen = [choice.chosen for choice in certificates if choice.name == "certificate"]
    named = [asn1_x509.Certificate.load(found.public_bytes(Encoding.DER)) for found in known]
    ours = {found.dump() for found in (*chosen, *named) if _is_wanted(found, wanted)}
    if not ours:
        raise _incomplete("the signature does not carry its signer's certificate")
    if len(ours) > 1:
        raise _incomplete("the signature carries several certificates that could be its signer's")
    others = {found.dump(): None for found in chosen if found.dump() not in ours}
    return x509.load_der_x509_certificate(ours.pop()), tuple(map(x509.load_der_x509_certificate, others))


def _is_wanted(certificate: Any, wanted: Any) -> bool:
    if wanted.name == "subject_key_identifier":
        return bool(certificate.key_identifier == wanted.chosen.native)
    issuer, serial = wanted.chosen["issuer"], wanted.chosen["serial_number"]
    return bool(certificate.issuer == issuer and certificate.serial_number == serial.native)


def _attributes(attributes: Any) -> dict[str, Any]:
    """The one value of each signed attribute that is known here; what else was signed is left alone."""
    known = ("content_type", "message_digest", "signing_time", "signing_certificate_v2")
    values: dict[str, Any] = {}
    for attribute in attributes:
        name = attribute["type"].native
        if name not in known:
            continue
        if name in values or len(attribute["values"]) != 1:
            raise _incomplete(f"the signed attribute {name} is there more than once")
        values[name] = attribute["values"][0]
    for name in known[:2]:
        if name not in values:
            raise _incomplete(f"the signed attribute {name} is missing")
    return values


def _moment(time: object) -> datetime:
    """The time of signing, where it names its zone and has a year."""
    if not isinstance(time, datetime) or time.tzinfo is None:
        raise _incomplete("the signed attribute signing_time is no time in UTC")
    return time


def _bound_certificate(attribute: tsp.SigningCertificateV2 | None) -> bytes | None:
    """The digest of the signer's certificate in signingCertificateV2 (RFC 5035), where it is a SHA-256."""
    if attribute is None:
        return None
    first = attribute["certs"][0]
    if first["hash_algorithm"]["algorithm"].native != SHA_256:
        raise _refused("the signed attribute signing_certificate_v2 is not SHA-256")
    return bytes(first["cert_hash"].native)


def _scheme(signer: Any) -> SignatureScheme:
    digest = signer["digest_algorithm"]["algorithm"].native
    algorithm = signer["signature_algorithm"]
    name = algorithm["algorithm"].native
    if name != "rsassa_pss":
        return SignatureScheme(name, None)
    parameters = algorithm["parameters"]
    masks = parameters["mask_gen_algorithm"]
    digests = {parameters["hash_algorithm"]["algorithm"].native, masks["parameters"]["algorithm"].native}
    if masks["algorithm"].native != "mgf1" or digests != {digest}:
        raise _refused("RSASSA-PSS is used with another digest than that of the content")
    return SignatureScheme(name, parameters["salt_length"].native)


def _unreadable(detail: str) -> CmsInvalid:
    return CmsInvalid(CmsFault.UNREADABLE, detail)


def _incomplete(detail: str) -> CmsInvalid:
    return CmsInvalid(CmsFault.INCOMPLETE, detail)


def _refused(detail: str) -> CmsInvalid:
    return CmsInvalid(CmsFault.ALGORITHM, detail)
