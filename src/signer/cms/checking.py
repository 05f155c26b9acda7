"""Whether one of the certificates that are named here signed some octets."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from cryptography import x509

from signer.cms.faults import CmsFault, CmsInvalid
from signer.cms.signature import verify_attributes
from signer.cms.structure import STRONG_DIGESTS, SignedMessage, parse_signature

__all__ = ["check_signed_by"]


def check_signed_by(signature: bytes, content: bytes, signers: Collection[x509.Certificate]) -> SignedMessage:
    """What a signature in DER or BER says, if one of `signers` made it over `content`.

    The signers are trusted as they are, without a chain, for what they signed while they were in force (as
    far as the signature says when). A signature need not carry its signer's certificate; one that holds the
    content must hold this content. Raises CmsInvalid.
    """
    message = parse_signature(signature, STRONG_DIGESTS, signers)
    if message.certificate not in signers:
        raise CmsInvalid(CmsFault.WRONG, "the signature is of another certificate than those that count")
    verify_attributes(message)
    if message.content is not None and message.content != content:
        raise CmsInvalid(CmsFault.CONTENT, "the signature holds other content")
    if hashlib.new(message.digest, content).digest() != message.content_digest:
        raise CmsInvalid(CmsFault.CONTENT, "the content is not the one that was signed")
    at, signer = message.signed_at, message.certificate
    if at is not None and not signer.not_valid_before_utc <= at <= signer.not_valid_after_utc:
        raise CmsInvalid(CmsFault.WRONG, f"it was signed at {at}, when its signer was not in force")
    return message
