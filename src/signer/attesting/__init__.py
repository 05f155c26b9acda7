"""Facilities sign the files of shots they hand in (detached CMS, RFC 5652), and intake checks who signed."""

from signer.attesting.authorities import Authorities
from signer.attesting.checking import Attestation, check_attestation
from signer.attesting.faults import Fault, FaultKind
from signer.attesting.places import CENTRAL_SIGNER, Place
from signer.attesting.signing import check_signatory, sign_file
from signer.cms import signature_path, signed_path

__all__ = [
    "CENTRAL_SIGNER",
    "Attestation",
    "Authorities",
    "Fault",
    "FaultKind",
    "Place",
    "check_attestation",
    "check_signatory",
    "sign_file",
    "signature_path",
    "signed_path",
]
