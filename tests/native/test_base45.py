"""Base45 against RFC 9285 and the PyPI package."""

import random

import base45
import pytest

from signer import _core

# RFC 9285 sections 4.3 and 4.4.
VECTORS = {
    b"AB": "BB8",
    b"Hello!!": "%69 VD92EX0",
    b"base-45": "UJCLQE7W581",
    b"ietf!": "QED8WEX0",
}


@pytest.mark.parametrize(("message", "text"), VECTORS.items())
def test_vectors_of_rfc_9285(cpu_level: str, message: bytes, text: str) -> None:
    assert _core.base45_encode([message]) == [text]


def test_nothing_gives_nothing(cpu_level: str) -> None:
    assert _core.base45_encode([b""]) == [""]
    assert _core.base45_encode([]) == []


def test_every_pair_of_bytes_is_as_the_package_writes_it(cpu_level: str) -> None:
    # All 65536 values in one message, so that every lane of a wide implementation meets many of them.
    message = b"".join(value.to_bytes(2, "big") for value in range(65536))
    for skipped in (0, 2, 34):  # and each in other lanes
        assert _core.base45_encode([message[skipped:]]) == [base45.b45encode(message[skipped:]).decode()]


def test_every_single_byte_is_as_the_package_writes_it(cpu_level: str) -> None:
    messages = [bytes([value]) for value in range(256)]
    assert _core.base45_encode(messages) == [base45.b45encode(message).decode() for message in messages]


@pytest.mark.parametrize("kind", ["random", "all 0xff", "all zero"])
def test_every_small_size_is_as_the_package_writes_it(cpu_level: str, kind: str) -> None:
    source = random.Random(kind)
    fill = {"random": source.randbytes, "all 0xff": lambda n: b"\xff" * n, "all zero": bytes}[kind]
    messages = [fill(n) for n in range(601)]
    assert _core.base45_encode(messages) == [base45.b45encode(message).decode() for message in messages]


@pytest.mark.parametrize("n", [65535, 65536, 200_000, 200_001])
def test_long_messages_are_as_the_package_writes_them(cpu_level: str, n: int) -> None:
    message = random.Random(n).randbytes(n)
    assert _core.base45_encode([message]) == [base45.b45encode(message).decode()]
