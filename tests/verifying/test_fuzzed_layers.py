"""A few of the random inputs of tests/fuzz to each layer: a class of failure for all, in bounded memory."""

from __future__ import annotations

import pytest
from fuzz.fuzz_verifier import (
    LAYERS,
    MAX_MILLISECONDS,
    Findings,
    best_milliseconds,
    count_memory,
    fuzz,
    verdict,
)
from reference.little_issuer import LittleIssuer, as_text

from signer.verifying import TrustStore
from signer.verifying.inflate import MAX_BYTES

SEED = 20221122


@pytest.mark.parametrize("layer", LAYERS)
def test_hostile_inputs_are_refused_with_their_class(issuer: LittleIssuer, layer: str) -> None:
    found = fuzz(layer, 300, SEED, issuer)
    print(f"seed {SEED}: {dict(found.answers)}, {found.slowest_ms:.1f} ms, {found.most_bytes} bytes")
    assert found.broken == []
    assert found.answers.total() == 300


SMALL_ITEMS = [
    "a0",
    "80",
    "e0",
    "40",
    "f6",
    "8100",
    "a10000",
    "9fff",
    "bfff",
    "c100",
    "d200",
    "f93536",
    "d83dd200",
]


@pytest.mark.parametrize("item", SMALL_ITEMS)
def test_as_many_items_as_fit_take_little_time_and_memory(trust: TrustStore, item: str) -> None:
    one = bytes.fromhex(item)
    n = (MAX_BYTES - 3) // len(one)
    text = as_text(b"\x99" + n.to_bytes(2) + one * n)
    reason, _ = verdict(text, trust)
    count_memory(text, trust, found := Findings())
    milliseconds = best_milliseconds(text, trust)
    print(f"{reason}: {milliseconds:.1f} ms, {found.most_bytes} bytes")
    assert reason == ("cbor" if item == "e0" else "cose")  # a simple value without meaning
    assert milliseconds <= 2 * MAX_MILLISECONDS  # a processor shared by two threads takes twice as long
