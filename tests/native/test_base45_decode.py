"""Base45 decoded: the same bytes as the reference gives, and the same texts refused (RFC 9285)."""

from __future__ import annotations

import random

import base45
import pytest
from base45_reference import theirs

from signer import _core

ALPHABET = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


@pytest.mark.parametrize(("text", "decoded"), [(b"BB8", b"AB"), (b"%69 VD92EX0", b"Hello!!"), (b"", b"")])
def test_the_examples_of_the_rfc_decode(cpu_level: str, text: bytes, decoded: bytes) -> None:
    assert _core.base45_decode([text]) == [decoded]


def test_every_group_is_decoded_or_refused_as_by_the_reference(cpu_level: str) -> None:
    pairs = [bytes([a, b]) for a in range(256) for b in ALPHABET]
    triples = [bytes([a, b, c]) for a in ALPHABET for b in ALPHABET for c in ALPHABET]
    single = [bytes([a]) for a in range(256)]
    for texts in (pairs, triples, single):
        assert _core.base45_decode(texts) == [theirs(text) for text in texts]
    strange = [b"AA" + bytes([a]) for a in range(256)]
    assert _core.base45_decode(strange) == [theirs(text) for text in strange]


def test_random_texts_are_decoded_as_by_the_reference(cpu_level: str) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    texts = [base45.b45encode(draw.randbytes(draw.randrange(600))) for _ in range(300)]
    texts += [bytes(draw.choices(ALPHABET, k=draw.randrange(12))) for _ in range(3000)]
    texts += [text[:5] + draw.randbytes(1) + text[6:] for text in texts]
    found = _core.base45_decode(texts)
    assert found == [theirs(text) for text in texts]
    assert 300 < sum(text is not None for text in found) < len(texts)


@pytest.mark.parametrize("n_before", [0, 9, 12, 21, 24, 45, 48, 93])  # of steps of 24 and of 48
def test_every_byte_in_every_place_of_a_group_is_judged_as_by_the_reference(
    cpu_level: str, n_before: int
) -> None:
    """What stands behind keeps the group within the steps of all levels."""
    groups = [bytes(b"AAA"[:at] + bytes([a]) + b"AAA"[at + 1 :]) for a in range(256) for at in range(3)]
    texts = [b"BB8" * (n_before // 3) + group + b"BB8" * 30 for group in groups]
    found = _core.base45_decode(texts)
    assert found == [theirs(text) for text in texts]
    n_third = 33  # a higher one makes the group too great
    assert sum(text is not None for text in found) == 2 * len(ALPHABET) + n_third


def test_every_value_of_a_group_is_decoded_or_refused_among_others(cpu_level: str) -> None:
    """All 91,125, those above 65,535 too; each in another place of its step than the one before."""
    triples = [bytes([a, b, c]) for a in ALPHABET for b in ALPHABET for c in ALPHABET]
    texts = [b"BB8" * (i % 9) + triple + b"BB8" * (17 - i % 9) for i, triple in enumerate(triples)]
    found = _core.base45_decode(texts)
    for i, (triple, decoded) in enumerate(zip(triples, found, strict=True)):
        group = theirs(triple)
        assert decoded == (None if group is None else b"AB" * (i % 9) + group + b"AB" * (17 - i % 9))
    assert sum(decoded is not None for decoded in found) == 65_536


def test_every_small_length_is_decoded_or_refused_as_by_the_reference(cpu_level: str) -> None:
    text = base45.b45encode(random.Random(1).randbytes(200))
    texts = [text[at : at + n] for n in range(200) for at in (0, 3)]
    assert _core.base45_decode(texts) == [theirs(each) for each in texts]
