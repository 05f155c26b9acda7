"""Wycheproof's vectors through the signature check: each valid one fits, each invalid one does not."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key

from signer.verifying.signature import algorithm_of, fits


def outcomes(path: Path, algorithm: str) -> Counter[tuple[str, bool]]:
    """How often each stated result met each answer of ours."""
    groups: list[dict[str, Any]] = json.loads(path.read_text())["testGroups"]
    counted: Counter[tuple[str, bool]] = Counter()
    for group in groups:
        key = load_der_public_key(bytes.fromhex(group["publicKeyDer"]))
        assert algorithm_of(key) == algorithm
        for vector in group["tests"]:
            answer = fits(key, bytes.fromhex(vector["sig"]), bytes.fromhex(vector["msg"]))
            counted[vector["result"], answer] += 1
    return counted


@pytest.mark.parametrize(
    ("name", "algorithm", "n_vectors"),
    [
        ("ecdsa_secp256r1_sha256_p1363_test.json", "ES256", 262),
        ("rsa_pss_2048_sha256_mgf1_32_test.json", "PS256", 108),
    ],
)
def test_wycheproof_agrees(corpora: Path, name: str, algorithm: str, n_vectors: int) -> None:
    counted = outcomes(corpora / "wycheproof" / name, algorithm)
    print(f"{algorithm}: {dict(counted)}")
    assert counted.total() == n_vectors
    assert counted["valid", False] == 0
    assert counted["invalid", True] == 0
    # These editions of the vectors state no "acceptable" result: nothing is left to judgement.
    assert {stated for stated, _ in counted} == {"valid", "invalid"}
