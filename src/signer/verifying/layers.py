"""Takes an HC1 text apart as far as it decodes, without checking anything: for people to look into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from signer.errors import CertificateInvalid
from signer.verifying.claims import NO_CERTIFICATE, bare_claims
from signer.verifying.cose import SignedMessage, read_message
from signer.verifying.inflate import inflate
from signer.verifying.text import decode_text

__all__ = ["Layers", "take_apart"]


@dataclass(frozen=True, slots=True)
class Layers:
    """The layers of a text, **unverified**; None from the one on that `failure` keeps from being decoded.

    `claims` are iss, iat, exp and dcc as they stand there, each None where missing.
    """

    n_compressed_bytes: int | None = None
    n_cbor_bytes: int | None = None
    message: SignedMessage | None = None
    claims: dict[str, Any] | None = None
    failure: CertificateInvalid | None = None


def take_apart(text: str) -> Layers:
    """Gives the layers of an HC1 text (hcert 1.0.8, section 3), outermost first; never raises."""
    n_compressed_bytes = n_cbor_bytes = message = None
    try:
        compressed = decode_text(text)
        n_compressed_bytes = len(compressed)
        cose = inflate(compressed)
        n_cbor_bytes = len(cose)
        message = read_message(cose)
        claims = bare_claims(message.payload)
    except CertificateInvalid as failure:
        return Layers(n_compressed_bytes, n_cbor_bytes, message, failure=failure)
    empty = CertificateInvalid("schema", NO_CERTIFICATE, "cwt")
    return Layers(n_compressed_bytes, n_cbor_bytes, message, claims, empty if claims["dcc"] is None else None)
