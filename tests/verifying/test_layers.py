"""Taking a text apart as far as it decodes, whatever is wrong with it."""

from __future__ import annotations

import zlib

import cbor2
import pytest
from reference.little_issuer import LittleIssuer, as_text, base45_text, vaccination

from signer.verifying.layers import Layers, take_apart


def reason_of(layers: Layers) -> str | None:
    return None if layers.failure is None else layers.failure.reason


def test_a_sound_text_gives_all_layers(issuer: LittleIssuer) -> None:
    cose = cbor2.dumps(cbor2.CBORTag(18, issuer.message()))
    layers = take_apart(as_text(cose))
    assert layers.failure is None
    assert (layers.n_compressed_bytes, layers.n_cbor_bytes) == (len(zlib.compress(cose, 9)), len(cose))
    assert layers.message is not None
    assert (layers.message.kid, layers.message.algorithm) == (issuer.kid, -7)
    assert layers.claims == {"iss": "VN", "iat": 1649901600, "exp": 1681437600, "dcc": vaccination()}


def test_a_forged_text_is_taken_apart_all_the_same(issuer: LittleIssuer) -> None:
    protected, unprotected, payload, signature = issuer.message()
    forged = [protected, unprotected, payload, bytes(len(signature))]
    assert take_apart(as_text(cbor2.dumps(cbor2.CBORTag(18, forged)))).failure is None


@pytest.mark.parametrize(
    ("text", "reason", "n_layers"),
    [
        ("", "context", 0),
        ("HC2:ABC", "context", 0),
        ("HC1:a", "base45", 0),
        ("HC1:\udcff", "base45", 0),
        ("HC1:ABC", "zlib", 1),
        (base45_text(zlib.compress(bytes(100_000))), "size", 1),
        (as_text(b"\xff"), "cbor", 2),
        (as_text(cbor2.dumps([1])), "cose", 2),
        (as_text(cbor2.dumps(cbor2.CBORTag(18, [b"", {}, b"\xff", b""]))), "cbor", 3),
        (as_text(cbor2.dumps(cbor2.CBORTag(18, [b"", {}, cbor2.dumps([]), b""]))), "schema", 3),
        (as_text(cbor2.dumps(cbor2.CBORTag(18, [b"", {}, cbor2.dumps({1: "VN"}), b""]))), "schema", 4),
    ],
)
def test_a_text_is_taken_apart_as_far_as_it_decodes(text: str, reason: str, n_layers: int) -> None:
    layers = take_apart(text)
    found = (layers.n_compressed_bytes, layers.n_cbor_bytes, layers.message, layers.claims)
    assert reason_of(layers) == reason
    assert [layer is not None for layer in found] == [True] * n_layers + [False] * (4 - n_layers)
