"""CBOR that Python and other readers take for different things is refused."""

from __future__ import annotations

import cbor2
import pytest
from reference.little_issuer import NOW, LittleIssuer
from verifying.test_verifier import reason_of

from signer.verifying import TrustStore, verify


@pytest.mark.parametrize("key", ["f5", "f4", "f6", "f93c00", "4131", "8101", "c1f93c00", "a10101"])
def test_a_map_key_that_is_neither_integer_nor_text_is_refused(
    issuer: LittleIssuer, trust: TrustStore, key: str
) -> None:
    claims = issuer.payload()
    assert claims[:2] == b"\xa4\x01"  # the issuer's key, which Python finds under true and 1.0, too
    assert reason_of(issuer.text(b"\xa4" + bytes.fromhex(key) + claims[2:]), trust) == "cbor"


@pytest.mark.parametrize("value", ["f7", "e5", "f8c8", "8181f7", "a101f7"])
def test_a_value_without_meaning_is_refused(issuer: LittleIssuer, trust: TrustStore, value: str) -> None:
    claims = issuer.payload()
    more = b"\xa5" + claims[1:] + b"\x09" + bytes.fromhex(value)
    assert reason_of(issuer.text(more), trust) == "cbor"


def test_the_headers_are_held_to_it_too(issuer: LittleIssuer, trust: TrustStore) -> None:
    assert reason_of(issuer.text(protected={True: -7, 4: issuer.kid}), trust) == "cbor"
    assert reason_of(issuer.text(unprotected={1.0: 0}), trust) == "cbor"
    assert reason_of(issuer.text(unprotected={99: cbor2.undefined}), trust) == "cbor"
    assert verify(issuer.text(unprotected={99: cbor2.CBORTag(1, 5)}), trust, NOW).issuer == "VN"
