"""The outermost layer: from the text of a QR code to compressed bytes."""

from __future__ import annotations

from typing import Final

import base45

from signer.errors import CertificateInvalid

__all__ = ["MAX_CHARACTERS", "PREFIX", "decode_text"]

PREFIX: Final = "HC1:"
MAX_CHARACTERS: Final = 18_500
"""No QR code holds more than 4,296 characters; 12 KiB that do not compress take 18,453."""


def decode_text(text: str) -> bytes:
    """Gives the compressed bytes of an HC1 text (hcert 1.0.8, section 5; RFC 9285).

    Nothing is stripped: a blank is a digit of base45, and what surrounds a code is no part of it.

    Raises CertificateInvalid: `context` without the prefix, `size` when absurdly long, `base45` for a wrong
    character, length or group.
    """
    if not text.startswith(PREFIX):
        raise CertificateInvalid("context", "the text does not begin with HC1:")
    if len(text) > MAX_CHARACTERS:
        raise CertificateInvalid("size", f"the text has {len(text)} characters, more than {MAX_CHARACTERS}")
    try:
        # As bytes: given a str, the library strips line ends of its own accord.
        compressed: bytes = base45.b45decode(text[len(PREFIX) :].encode("ascii"))
    except ValueError as error:
        raise CertificateInvalid("base45", "the text after HC1: is not base45") from error
    return compressed
