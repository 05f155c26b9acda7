"""Base45 decoded: the same bytes as the reference gives, and the same texts refused (RFC 9285)."""

from __future__ import annotations

import random

import base45
import pytest

from signer import _core

ALPHABET = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def theirs(text: bytes) -> bytes | None:
    try:
        decoded: bytes = base45.b45decode(text)
    except ValueError:
        return None
    return decoded


@pytest.mark.parametrize(("text", "decoded"), [(b"BB8", b"AB"), (b"%69 VD92EX0", b"Hello!!"), (b"", b"")])
def test_the_examples_of_the_rfc_decode(text: bytes, decoded: bytes) -> None:
    assert _core.base45_decode([text]) == [decoded]


def test_every_group_is_decoded_or_refused_as_by_the_reference() -> None:
    pairs = [bytes([a, b]) for a in range(256) for b in ALPHABET]
    triples = [bytes([a, b, c]) for a in ALPHABET for b in ALPHABET for c in ALPHABET]
    single = [bytes([a]) for a in range(256)]
    for texts in (pairs, triples, single):
        assert _core.base45_decode(texts) == [theirs(text) for text in texts]
    strange = [b"AA" + bytes([a]) for a in range(256)]
    assert _core.base45_decode(strange) == [theirs(text) for text in strange]


def test_random_texts_are_decoded_as_by_the_reference() -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    texts = [base45.b45encode(draw.randbytes(draw.randrange(600))) for _ in range(300)]
    texts += [bytes(draw.choices(ALPHABET, k=draw.randrange(12))) for _ in range(3000)]
    texts += [text[:5] + draw.randbytes(1) + text[6:] for text in texts]
    found = _core.base45_decode(texts)
    assert found == [theirs(text) for text in texts]
    assert 300 < sum(text is not None for text in found) < len(texts)
