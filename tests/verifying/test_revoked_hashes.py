"""By which hash of its signature a certificate is looked up: of ES256 r alone, of PS256 all of it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path
from typing import Any

import cbor2
from verifying.official_vectors import vectors

from signer.verifying.revoked_hashes import hashes_of

ES256, PS256 = -7, -37
ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def hash_of_signature(algorithm: str, signature: bytes) -> bytes:
    return hashes_of("VN", {}, signature, algorithm)["SIGNATURE"].tobytes()


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
            assert hash_of_signature("ES256", signature) == expected, name
            assert hash_of_signature("PS256", signature) != expected
        elif algorithm == PS256:
            expected = hashlib.sha256(signature).digest()[:16]
            assert hash_of_signature("PS256", signature) == expected, name
            assert hash_of_signature("ES256", signature) != expected
        seen[algorithm] += 1
    assert seen[ES256] >= 100
    assert seen[PS256] >= 10


def test_the_other_signature_that_anyone_can_make_of_one_has_the_same_hash() -> None:
    r, s = 12345, 67890
    other = ORDER_OF_P256 - s
    one, two = (r.to_bytes(32, "big") + each.to_bytes(32, "big") for each in (s, other))
    assert hash_of_signature("ES256", one) == hash_of_signature("ES256", two)
    assert hash_of_signature("PS256", one) != hash_of_signature("PS256", two)
