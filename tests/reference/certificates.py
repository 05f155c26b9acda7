"""What the certificate of a row must say, read with libraries that share nothing with the core."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

import base45
import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from reference.names import reference_split

__all__ = ["check_certificate", "expected_dcc"]


def expected_dcc(
    row: Mapping[str, Any], product: tuple[str, str, str], issuer: str, uvci: str
) -> dict[str, Any]:
    """The DCC of a row of the shots table, by the schema 1.3.0; `product` is (mp, ma, vp)."""
    fields = reference_split(row["full_name"])
    assert not isinstance(fields, str), fields
    name = {key: text for key, text in zip(("fn", "gn", "fnt", "gnt"), fields, strict=True) if text}
    mp, ma, vp = product
    return {
        "ver": "1.3.0",
        "nam": name,
        "dob": row["date_of_birth"],
        "v": [
            {
                "tg": "840539006",
                "vp": vp,
                "mp": mp,
                "ma": ma,
                "dn": row["dose_number"],
                "sd": row["doses_in_series"],
                "dt": row["vaccinated_on"].isoformat(),
                "co": "VN",
                "is": issuer,
                "ci": uvci,
            }
        ],
    }


def check_certificate(
    text: str, key: ec.EllipticCurvePublicKey, kid: bytes, claims: Mapping[int, Any]
) -> None:
    """Asserts that an HC1 text carries just `claims`, in deterministic CBOR, signed by `key` under `kid`."""
    assert text.startswith("HC1:")
    message = cbor2.loads(zlib.decompress(base45.b45decode(text[4:])))
    assert message.tag == 18
    protected, unprotected, payload, signature = message.value
    assert dict(unprotected) == {}
    assert protected == cbor2.dumps({1: -7, 4: kid}, canonical=True)
    assert payload == cbor2.dumps(claims, canonical=True)
    signed = cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)
    assert len(signature) == 64
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    key.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
