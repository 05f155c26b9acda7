"""Software keys: the only place that reads and writes private keys and secrets (docs/keys.md)."""

from signer.keys.certificates import EKU_VACCINATION, EKU_VACCINATION_MISTAKEN, kid, load_certificate
from signer.keys.creating import KeyPair, create_csca, create_dsc, load_csca
from signer.keys.passphrase import read_passphrase
from signer.keys.private import load_private_key, load_scalar, public_key, wipe
from signer.keys.secret import create_secret, load_secret
from signer.keys.signatories import FileSignatory, load_signatory
from signer.keys.writing import write_key_pair

__all__ = [
    "EKU_VACCINATION",
    "EKU_VACCINATION_MISTAKEN",
    "FileSignatory",
    "KeyPair",
    "create_csca",
    "create_dsc",
    "create_secret",
    "kid",
    "load_certificate",
    "load_csca",
    "load_private_key",
    "load_scalar",
    "load_secret",
    "load_signatory",
    "public_key",
    "read_passphrase",
    "wipe",
    "write_key_pair",
]
