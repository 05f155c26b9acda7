"""The signature that somebody demands of a snapshot or revocation list: beside it, by whom they name."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509

from signer.cms.beside import read_signature, signature_path
from signer.cms.checking import check_signed_by
from signer.cms.faults import CmsInvalid
from signer.errors import TrustUnreadable

__all__ = ["demand_signature"]


def demand_signature(path: Path, content: bytes, signer: x509.Certificate) -> None:
    """Raises TrustUnreadable unless FILE.p7s beside the file says that `signer` signed its content."""
    try:
        signature = read_signature(path)
        if signature is None:
            raise TrustUnreadable(f"{path} is not signed: {signature_path(path).name} is not beside it")
        check_signed_by(signature, content, [signer])
    except CmsInvalid as error:
        told = f"{path} is not signed by who was named: {error.detail}"
        raise TrustUnreadable(f"{told}; get the file and its signature anew") from error
