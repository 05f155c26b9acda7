"""One HC1 text to check and where it was found, or why none could be read there."""

from __future__ import annotations

from typing import Final, NamedTuple

from signer.errors import CertificateInvalid

__all__ = ["UNREADABLE", "Code", "Symbol"]

UNREADABLE: Final = "unreadable"
"""The reason of a row, picture or page from which no text can be read; `verify` itself never gives it."""


class Symbol(NamedTuple):
    """How the QR code of a text is drawn: error correction L, M, Q or H, and version 1 to 40 if known."""

    level: str
    version: int | None


class Code(NamedTuple):
    """A text to check and where it stands.

    `row` counts from 1: lines of a text, rows below a CSV's heading, codes of a picture or PDF; None for an
    argument and for a file without a code. `page` counts from 1, in a PDF only. Where `failure` is given, the
    text is empty. `symbol` is of a picture or PDF.
    """

    text: str
    source: str
    row: int | None
    page: int | None = None
    failure: CertificateInvalid | None = None
    symbol: Symbol | None = None
