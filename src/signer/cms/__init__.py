"""Cryptographic Message Syntax (RFC 5652): signatures over files and lists, made, read and verified."""

from signer.cms.beside import read_signature, signature_path, signed_path
from signer.cms.certificates import (
    CERTIFICATE_ERRORS,
    certificate_files,
    certificates_in,
    country_of,
    is_authority,
    purposes_of,
    read_extension,
)
from signer.cms.checking import check_signed_by
from signer.cms.demanded import demand_signature
from signer.cms.faults import CmsFault, CmsInvalid
from signer.cms.signature import verify_attributes
from signer.cms.signing import Signatory, check_usable, sign_attached, sign_detached
from signer.cms.structure import SignedMessage, parse_signature

__all__ = [
    "CERTIFICATE_ERRORS",
    "CmsFault",
    "CmsInvalid",
    "Signatory",
    "SignedMessage",
    "certificate_files",
    "certificates_in",
    "check_signed_by",
    "check_usable",
    "country_of",
    "demand_signature",
    "is_authority",
    "parse_signature",
    "purposes_of",
    "read_extension",
    "read_signature",
    "sign_attached",
    "sign_detached",
    "signature_path",
    "signed_path",
    "verify_attributes",
]
