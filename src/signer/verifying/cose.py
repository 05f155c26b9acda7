"""The COSE_Sign1 message: its parts, its headers, and the bytes that were signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import cbor2

from signer.errors import CertificateInvalid
from signer.verifying.cbor import decode_item

__all__ = ["SignedMessage", "read_message"]

COSE_SIGN1_TAG: Final = 18
CWT_TAG: Final = 61
ALGORITHM_LABEL: Final = 1
CRITICAL_LABEL: Final = 2
KID_LABEL: Final = 4


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """A COSE_Sign1 message (RFC 9052, section 4.2) whose signature has not been looked at yet.

    `protected` is the header as it was signed, byte for byte; `kid` and `algorithm` are None where missing.
    """

    protected: bytes
    payload: bytes
    signature: bytes
    kid: bytes | None
    algorithm: object

    def signed_bytes(self) -> bytes:
        """The Sig_structure (RFC 9052, section 4.4), no external data."""
        return cbor2.dumps(["Signature1", self.protected, b"", self.payload])


def read_message(data: bytes) -> SignedMessage:
    """Takes a COSE_Sign1 message apart.

    Accepted are tag 18 and tag 61 around it, as both are in the field. Raises CertificateInvalid: `cbor` when
    it is no
    CBOR, `cose` when it is another structure.
    """
    protected, unprotected, payload, signature = _four_parts(decode_item(data, "the message", "cbor"))
    header = _protected_map(protected)
    if CRITICAL_LABEL in header:
        raise CertificateInvalid("cose", "the message has critical headers, which no certificate uses")
    kid = _first(KID_LABEL, header, unprotected)
    if kid is not None and not isinstance(kid, bytes):
        raise CertificateInvalid("cose", "the kid is no byte string")
    return SignedMessage(protected, payload, signature, kid, _first(ALGORITHM_LABEL, header, unprotected))


def _four_parts(item: Any) -> tuple[bytes, Mapping[Any, Any], bytes, bytes]:
    if isinstance(item, cbor2.CBORTag) and item.tag == CWT_TAG:
        item = item.value
    if not isinstance(item, cbor2.CBORTag) or item.tag != COSE_SIGN1_TAG:
        raise CertificateInvalid("cose", "the message is not tagged as COSE_Sign1 (tag 18)")
    match item.value:
        case [bytes() as protected, Mapping() as unprotected, bytes() as payload, bytes() as signature]:
            return protected, unprotected, payload, signature
    raise CertificateInvalid("cose", "the message is not [protected, unprotected, payload, signature]")


def _protected_map(protected: bytes) -> Mapping[Any, Any]:
    header = decode_item(protected, "the protected header", "cose") if protected else {}
    if not isinstance(header, Mapping):
        raise CertificateInvalid("cose", "the protected header is no map")
    return header


def _first(label: int, protected: Mapping[Any, Any], unprotected: Mapping[Any, Any]) -> Any:
    """The protected header wins even where its value is the wrong one (hcert 1.0.8, section 3.3)."""
    return protected[label] if label in protected else unprotected.get(label)
