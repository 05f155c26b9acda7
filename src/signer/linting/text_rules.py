"""Rules of the text: that it decodes, and how long it is."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

from signer.linting.certificate import Certificate
from signer.linting.rule import ERROR, WARNING, Fault, rule

__all__ = ["RULES", "decodes"]

MAX_CHARACTERS: Final = 823
"""Alphanumeric characters of version 22 at level Q (ISO/IEC 18004, table 7)."""

COMPRESSION_SLACK: Final = 1.05


@rule(ERROR, "hcert specification 1.0.8, Transport Encodings")
def decodes(_certificate: Certificate) -> Iterator[Fault]:
    """The text is HC1: and base45 of zlib of a signed CBOR message with a certificate inside.

    Every verifier refuses what does not decode; the message names the layer and its fault. Nothing else can
    be said of such a text. `signer verify` and docs/verification.md say more of the layers.
    """
    yield from ()  # found before a certificate can be opened


@rule(WARNING, "hcert specification 1.0.8, Payload (CWT) Compression")
def compression(certificate: Certificate) -> Iterator[Fault]:
    """The message is compressed about as well as zlib does it at level 9.

    Stored or hardly compressed, the QR code needs more modules than it must, and cameras read it worse.
    """
    best = len(zlib.compress(certificate.cose, 9))
    if len(certificate.compressed) > best * COMPRESSION_SLACK:
        yield "zlib", f"{len(certificate.compressed)} bytes, where {best} would do"


@rule(WARNING, "hcert specification 1.0.8, QR 2D Barcode; ISO/IEC 18004, table 7")
def text_length(certificate: Certificate) -> Iterator[Fault]:
    """At level Q the text fits version 22, that is 823 characters.

    A larger symbol has modules under 0.4 mm even at the largest diagonal recommended, 60 mm, which ordinary
    printers and cameras do not resolve for sure. ES256 takes 192 bytes less than PS256; a short name of the
    issuer and short identifiers help, too.
    """
    length = len(certificate.text)
    if length > MAX_CHARACTERS:
        yield "text", f"{length} characters, more than {MAX_CHARACTERS}"


RULES: Final = (decodes, compression, text_length)
