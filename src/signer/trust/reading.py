"""What reading a list gives, and what every reader of one needs."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signer.cms import CERTIFICATE_ERRORS, certificates_in
from signer.errors import TrustUnreadable
from signer.regular import open_regular
from signer.trust.left_out import EntryRefused, LeftOut
from signer.trust.trusted_key import TrustedKey, load_certificate

__all__ = ["Anchors", "Reading", "base64_octets", "load_anchors", "read_file"]

MAX_LIST_BYTES = 64 << 20

Anchors = Collection[x509.Certificate] | None
"""The certificates that sign lists; None where nobody asks who signed."""


@dataclass(frozen=True)
class Reading:
    """The keys of one list, and its entries that are none."""

    kind: str
    keys: tuple[TrustedKey, ...]
    left_out: tuple[LeftOut, ...]


def read_file(path: Path) -> bytes:
    """A whole list of at most 64 MiB. Raises TrustUnreadable."""
    try:
        with open_regular(path) as file:
            content = file.read(MAX_LIST_BYTES + 1)
    except OSError as error:
        raise TrustUnreadable(
            f"{path}: cannot be read ({error.strerror or error}); check the path"
        ) from error
    if len(content) > MAX_LIST_BYTES:
        raise TrustUnreadable(f"{path}: is larger than {MAX_LIST_BYTES} bytes and no trust list")
    return content


def load_anchors(path: Path) -> tuple[x509.Certificate, ...]:
    """The trust anchors in a PEM or DER file; raises TrustUnreadable where there is none."""
    try:
        found = certificates_in(read_file(path))
        anchors = tuple(load_certificate(anchor.public_bytes(Encoding.DER)) for anchor in found)
    except (*CERTIFICATE_ERRORS, EntryRefused) as error:
        raise TrustUnreadable(
            f"{path}: is no certificate in PEM or DER, or damaged; name the trust anchor's"
        ) from error
    if not anchors:
        raise TrustUnreadable(f"{path}: holds no certificate; name the trust anchor's")
    return anchors


def base64_octets(text: object) -> bytes:
    """Octets in base64, in lines or not. Raises ValueError for what is none."""
    if not isinstance(text, str):
        raise ValueError("no text")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error
