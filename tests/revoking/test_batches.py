"""Batches for the gateway: at most 1,000 hashes of one type and kid, that go when the last one expires."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest

from signer.revoking.batches import batch_text, cut_batches

DAY_US = 86_400_000_000


@pytest.mark.parametrize(
    ("n", "sizes"), [(0, []), (1, [1]), (1000, [1000]), (1001, [1000, 1]), (2500, [1000, 1000, 500])]
)
def test_no_batch_has_more_than_a_thousand_hashes_and_none_is_lost(n: int, sizes: list[int]) -> None:
    hashes = np.random.default_rng(n).integers(0, 256, (n, 16), np.uint8)
    batches = list(cut_batches("UCI", None, hashes, np.full(n, DAY_US)))
    assert [len(batch.hashes) for batch in batches] == sizes
    assert {row.tobytes() for batch in batches for row in batch.hashes} == {row.tobytes() for row in hashes}
    assert [batch.name for batch in batches] == [f"uci-{number:05d}" for number in range(len(sizes))]


def test_a_batch_expires_with_its_last_certificate_and_those_that_expire_soon_go_together() -> None:
    hashes = np.arange(1500 * 16, dtype=np.uint32).astype(np.uint8).reshape(1500, 16)
    exp_us = np.arange(1500)[::-1] * DAY_US
    first, second = cut_batches("SIGNATURE", b"k" * 8, hashes, exp_us)
    assert (first.expires_us, second.expires_us) == (999 * DAY_US, 1499 * DAY_US)
    assert first.name == f"signature-{(b'k' * 8).hex()}-00000"


def test_the_order_in_which_they_come_does_not_show_in_the_batches() -> None:
    hashes = np.random.default_rng(5).integers(0, 256, (1200, 16), np.uint8)
    exp_us = np.random.default_rng(6).integers(1, 4, 1200) * DAY_US
    shuffled = np.random.default_rng(7).permutation(1200)
    one = [batch_text(batch, "VN") for batch in cut_batches("UCI", None, hashes, exp_us)]
    two = [batch_text(batch, "VN") for batch in cut_batches("UCI", None, hashes[shuffled], exp_us[shuffled])]
    assert one == two


@pytest.mark.parametrize(("kid", "shown"), [(None, "UNKNOWN_KID"), (b"\xff" * 8, "//////////8=")])
def test_the_text_is_that_of_the_gateway(kid: bytes | None, shown: str) -> None:
    hashes = np.arange(32, dtype=np.uint8).reshape(2, 16)
    (batch,) = cut_batches("SIGNATURE", kid, hashes, np.array([1_654_086_659_000_000, 1_654_086_658_000_000]))
    entries = [{"hash": base64.b64encode(row.tobytes()).decode()} for row in hashes[::-1]]
    assert json.loads(batch_text(batch, "VN")) == {
        "country": "VN",
        "expires": "2022-06-01T12:30:59Z",
        "kid": shown,
        "hashType": "SIGNATURE",
        "entries": entries,
    }
