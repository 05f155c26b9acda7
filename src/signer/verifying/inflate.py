"""Decompression with a cap, so that a small text cannot fill the memory."""

from __future__ import annotations

import zlib
from typing import Final

from signer.errors import CertificateInvalid

__all__ = ["MAX_BYTES", "inflate"]

MAX_BYTES: Final = 12 * 1024
"""Fourteen times the largest certificate in the field; as small items, so much CBOR fills 0.9 MiB."""


def inflate(compressed: bytes) -> bytes:
    """Gives back the one zlib stream (RFC 1950) that `compressed` is, at most `MAX_BYTES` long.

    Raises CertificateInvalid: `size` above the cap; `zlib` for a stream damaged, cut short or followed by
    more.
    """
    stream = zlib.decompressobj()
    try:
        # One byte more than allowed tells "exactly full" from "more than full".
        inflated = stream.decompress(compressed, MAX_BYTES + 1)
    except zlib.error as error:
        raise CertificateInvalid("zlib", "the decoded text is not a zlib stream, or is damaged") from error
    if len(inflated) > MAX_BYTES:
        raise CertificateInvalid("size", f"the text inflates to more than {MAX_BYTES} bytes", "zlib")
    if not stream.eof:
        raise CertificateInvalid("zlib", "the zlib stream is cut short")
    if stream.unused_data:
        raise CertificateInvalid("zlib", f"{len(stream.unused_data)} bytes follow the zlib stream")
    return inflated
