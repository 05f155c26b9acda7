"""The hashes by which revoked certificates are named, by openssl and hashlib."""

from __future__ import annotations

import base64
import hashlib

import numpy as np

from signer.revoking.hashes import base64_texts, hashes_of_bytes, hashes_of_uvcis

UVCI = "URN:UVCI:01:VN:A1B2C3"


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
