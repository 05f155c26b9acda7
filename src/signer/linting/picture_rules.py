"""Rules of the drawn QR code; they are asked only where a picture is given."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from signer._core import qr_symbol
from signer.errors import QrTextUnfit
from signer.linting.certificate import Certificate
from signer.linting.rule import ERROR, WARNING, Fault, rule
from signer.records.pictures import LEVELS

__all__ = ["RULES"]

SOURCE: Final = "hcert specification 1.0.8, QR 2D Barcode"
RECOMMENDED: Final = "Q"
BITS_A_BYTE, BITS_A_CHARACTER = 8, 5.5


@rule(WARNING, SOURCE)
def qr_level(certificate: Certificate) -> Iterator[Fault]:
    """The QR code has error correction level Q or better.

    Q mends a quarter of the symbol, L seven hundredths: a fold, a scratch or a reflection on a telephone, and
    it cannot be read. Draw it at level Q; `signer pack` and `signer issue --qr` do.
    """
    drawing = certificate.drawing
    if drawing is not None and drawing.level in LEVELS[: LEVELS.index(RECOMMENDED)]:
        yield "QR code", f"error correction level {drawing.level} instead of {RECOMMENDED}"


@rule(ERROR, SOURCE)
def qr_mode(certificate: Certificate) -> Iterator[Fault]:
    """The QR code is in alphanumeric mode.

    That mode is what base45 is for: 5.5 bits a character, where bytes take 8. A symbol in another mode is
    half as large again, and some readers give its bytes back in another encoding.
    """
    drawing = certificate.drawing
    if drawing is None or drawing.version is None:
        return
    in_bytes = "A" * math.ceil(len(certificate.text) * BITS_A_BYTE / BITS_A_CHARACTER)
    try:
        needed = qr_symbol(certificate.text, level=drawing.level).version
        of_bytes = qr_symbol(in_bytes, level=drawing.level).version
    except QrTextUnfit:
        return
    if needed < of_bytes <= drawing.version:
        yield "QR code", f"version {drawing.version} as for bytes, where alphanumeric mode needs {needed}"


RULES: Final = (qr_level, qr_mode)
