"""Software keys: the only place that reads and writes private keys and secrets (docs/keys.md)."""

from signer.keys.certificates import EKU_VACCINATION, EKU_VACCINATION_MISTAKEN, kid, load_certificate
from signer.keys.creating import KeyPair, create_csca, create_dsc, load_csca
from signer.keys.lints import Finding, lint_csca, lint_dsc
from signer.keys.passphrase import read_passphrase
from signer.keys.private import load_private_key, load_scalar, public_key, wipe
from signer.keys.requests import create_request, load_request, sign_request, write_request
from signer.keys.secret import create_secret, load_secret
from signer.keys.signatories import FileSignatory, load_signatory
from signer.keys.writing import write_certificate, write_key_pair

__all__ = [
    "EKU_VACCINATION",
    "EKU_VACCINATION_MISTAKEN",
    "FileSignatory",
    "Finding",
    "KeyPair",
    "create_csca",
    "create_dsc",
    "create_request",
    "create_secret",
    "kid",
    "lint_csca",
    "lint_dsc",
    "load_certificate",
    "load_csca",
    "load_private_key",
    "load_request",
    "load_scalar",
    "load_secret",
    "load_signatory",
    "public_key",
    "read_passphrase",
    "sign_request",
    "wipe",
    "write_certificate",
    "write_key_pair",
    "write_request",
]
