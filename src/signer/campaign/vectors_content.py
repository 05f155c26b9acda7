"""One certificate as a test vector: every layer of it, in the JSON form of the member states' test data."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import cbor2
import pyarrow as pa
from cryptography import x509

from signer._core import QrPainter
from signer.records.pictures import PictureOptions
from signer.verifying import Dsc, TrustStore, Verified, verify
from signer.verifying.inflate import inflate
from signer.verifying.text import PREFIX, decode_text

__all__ = ["VectorMaker"]

VERSION: Final = 1
EXPECTATIONS: Final = (
    "EXPECTEDVALIDOBJECT", "EXPECTEDSCHEMAVALIDATION", "EXPECTEDENCODE", "EXPECTEDDECODE", "EXPECTEDVERIFY",
    "EXPECTEDCOMPRESSION", "EXPECTEDKEYUSAGE", "EXPECTEDUNPREFIX", "EXPECTEDVALIDJSON", "EXPECTEDB45DECODE",
    "EXPECTEDPICTUREDECODE", "EXPECTEDEXPIRATIONCHECK",
)  # fmt: skip
"""What the form asks of a vector, all true of a good certificate."""

A_DAY: Final = timedelta(days=1)


class VectorMaker:
    """Makes vectors of certificates that one DSC, given in DER, has signed."""

    def __init__(self, dsc: bytes) -> None:
        """Raises ValueError where that is no certificate."""
        self._dsc = dsc
        self._trust = TrustStore.of([Dsc.from_certificate(x509.load_der_x509_certificate(dsc))])
        self._painter = QrPainter(**PictureOptions("png").as_painter())

    def __call__(self, hc1: str, issued_at: datetime) -> tuple[str, dict[str, Any]]:
        """Gives the issuing country and the vector, once the certificate verifies on the independent path.

        It is valid at the time in the vector: a day after `issued_at`, or at `issued_at` where it is shorter
        lived. Raises CertificateInvalid.
        """
        verified = verify(hc1, self._trust, issued_at)
        clock = min(issued_at + A_DAY, verified.expires_at)
        verify(hc1, self._trust, clock)
        compressed = decode_text(hc1)
        return verified.issuer or verified.country or "", {
            "JSON": verified.dcc,
            "CBOR": cbor2.dumps(verified.dcc, canonical=True).hex(),
            "COSE": inflate(compressed).hex(),
            "COMPRESSED": compressed.hex(),
            "BASE45": hc1.removeprefix(PREFIX),
            "PREFIX": hc1,
            "2DCODE": base64.b64encode(self._picture(hc1)).decode("ascii"),
            "TESTCTX": {
                "VERSION": VERSION,
                "SCHEMA": verified.dcc["ver"],
                "CERTIFICATE": base64.b64encode(self._dsc).decode("ascii"),
                "VALIDATIONCLOCK": clock.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "DESCRIPTION": _description(verified),
            },
            "EXPECTEDRESULTS": dict.fromkeys(EXPECTATIONS, True),
        }

    def _picture(self, hc1: str) -> bytes:
        drawn: bytes = self._painter.draw(pa.array([hc1]))[0].as_py()
        return drawn


def _description(verified: Verified) -> str:
    entry = verified.dcc["v"][0]
    return f"VALID: vaccination with {entry['mp']}, dose {entry['dn']} of {entry['sd']}, {verified.algorithm}"
