"""Base45 as the PyPI package reads it (RFC 9285)."""

from __future__ import annotations

import base45

__all__ = ["theirs"]


def theirs(text: bytes) -> bytes | None:
    """The bytes of a text, or None where it is none."""
    try:
        decoded: bytes = base45.b45decode(text)
    except ValueError:
        return None
    return decoded
