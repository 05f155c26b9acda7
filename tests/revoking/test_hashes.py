"""The hashes by which revoked certificates are named, by openssl, hashlib and codes of the member states."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from pathlib import Path
from typing import Any

import cbor2
import numpy as np
from verifying.official_vectors import vectors

from signer.revoking.hashes import base64_texts, hashes_of_bytes, hashes_of_uvcis, signature_hash

UVCI = "URN:UVCI:01:VN:A1B2C3"
ES256, PS256 = -7, -37
ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def test_the_hashes_of_a_uvci_are_those_of_openssl() -> None:
    assert base64_texts(hashes_of_uvcis([UVCI])).tolist() == [b"vbWrjsiNxmEfDIHUwaLYLA=="]
    assert base64_texts(hashes_of_uvcis([UVCI], "VN")).tolist() == [b"tsnq3WzfsWYVmrDVFP+GJw=="]


def test_many_are_hashed_in_their_order() -> None:
    uvcis = [f"URN:UVCI:01:VN:{number:020X}" for number in range(1000)]
    for country in ("", "VN"):
        expected = [hashlib.sha256((country + uvci).encode()).digest()[:16] for uvci in uvcis]
        assert [bytes(row) for row in hashes_of_uvcis(uvcis, country)] == expected
    assert hashes_of_uvcis([]).shape == (0, 16)


def test_base64_is_that_of_python() -> None:
    rows = np.random.default_rng(1).integers(0, 256, (300, 16), np.uint8)
    rows[0], rows[1] = 0, 255
    assert base64_texts(rows).tolist() == [base64.b64encode(row.tobytes()) for row in rows]
    assert base64_texts(hashes_of_bytes([])).tolist() == []


def parts_of(cose: bytes) -> tuple[int, bytes]:
    """Algorithm and signature, by cbor2 alone."""
    item: Any = cbor2.loads(cose)
    while isinstance(item, cbor2.CBORTag):
        item = item.value
    protected, unprotected, _, signature = item
    header = {**unprotected, **(cbor2.loads(protected) if protected else {})}
    return header[1], bytes(signature)


def test_es256_is_hashed_by_r_and_ps256_as_a_whole_in_codes_of_the_member_states(corpora: Path) -> None:
    seen: Counter[int] = Counter()
    for name, vector in vectors(corpora):
        if not re.fullmatch("[0-9a-fA-F]+", vector.get("COSE") or ""):
            continue
        try:
            algorithm, signature = parts_of(bytes.fromhex(vector["COSE"]))
        except (cbor2.CBORDecodeError, ValueError, KeyError, TypeError):
            continue  # vectors with damaged messages
        if algorithm == ES256 and len(signature) == 64:
            r = int.from_bytes(signature[:32], "big")
            expected = hashlib.sha256(r.to_bytes(32, "big")).digest()[:16]
            assert signature_hash("ES256", signature) == expected, name
            assert signature_hash("PS256", signature) != expected
        elif algorithm == PS256:
            expected = hashlib.sha256(signature).digest()[:16]
            assert signature_hash("PS256", signature) == expected, name
            assert signature_hash("ES256", signature) != expected
        seen[algorithm] += 1
    assert seen[ES256] >= 100
    assert seen[PS256] >= 10


def test_the_other_signature_that_anyone_can_make_of_one_has_the_same_hash() -> None:
    r, s = 12345, 67890
    other = ORDER_OF_P256 - s
    one, two = (r.to_bytes(32, "big") + each.to_bytes(32, "big") for each in (s, other))
    assert signature_hash("ES256", one) == signature_hash("ES256", two)
    assert signature_hash("PS256", one) != signature_hash("PS256", two)
