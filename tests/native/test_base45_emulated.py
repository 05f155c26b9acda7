"""The AVX-512 code of base45, walked over emulated intrinsics and held against the PyPI package."""

import ctypes
import mmap
import random
from collections.abc import Callable

import base45
import pytest
from base45_reference import theirs

AVX512 = 2 | 4  # the bits of native/cpu/cpu.h
PAGE = mmap.PAGESIZE
PROT_NONE = 0  # no access at all: sys/mman.h


@pytest.fixture(scope="module")
def library(emulated_library: Callable[..., ctypes.CDLL]) -> ctypes.CDLL:
    library = emulated_library("base45")
    library.base45_bound.argtypes = [ctypes.c_size_t]
    library.base45_bound.restype = ctypes.c_size_t
    library.base45_encode.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p]
    library.base45_encode.restype = ctypes.c_size_t
    library.base45_decode.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p]
    library.base45_decode.restype = ctypes.c_size_t
    library.base45_select(AVX512)
    return library


def encode(library: ctypes.CDLL, message: bytes) -> str:
    """The text, after a look at what is written behind base45_bound."""
    bound = library.base45_bound(len(message))
    output = ctypes.create_string_buffer(b"\xa5" * (bound + 64), bound + 64)
    length = library.base45_encode(message, len(message), output)
    assert output.raw[bound:] == b"\xa5" * 64
    return output.raw[:length].decode()


@pytest.mark.parametrize("kind", ["random", "all 0xff", "all zero"])
def test_every_small_size_is_as_the_package_writes_it(library: ctypes.CDLL, kind: str) -> None:
    source = random.Random(kind)
    fill = {"random": source.randbytes, "all 0xff": lambda n: b"\xff" * n, "all zero": bytes}[kind]
    for n in range(401):
        message = fill(n)
        assert encode(library, message) == base45.b45encode(message).decode()


def test_every_pair_of_bytes_is_as_the_package_writes_it(library: ctypes.CDLL) -> None:
    message = b"".join(value.to_bytes(2, "big") for value in range(65536))
    assert encode(library, message) == base45.b45encode(message).decode()


def test_no_byte_is_read_behind_the_message(library: ctypes.CDLL) -> None:
    # The message ends with its page, and the page behind it may not be touched.
    pages = mmap.mmap(-1, 2 * PAGE)
    start = ctypes.addressof(ctypes.c_char.from_buffer(pages))
    c = ctypes.CDLL(None)
    c.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    assert c.mprotect(start + PAGE, PAGE, PROT_NONE) == 0
    output = ctypes.create_string_buffer(library.base45_bound(200))
    for n in range(200):
        length = library.base45_encode(start + PAGE - n, n, output)
        assert output.raw[:length].decode() == base45.b45encode(bytes(n)).decode()


def decode(library: ctypes.CDLL, text: bytes) -> bytes | None:
    """The bytes, after a look at what is written behind them."""
    n = len(text) // 3 * 2 + (len(text) % 3 == 2)
    output = ctypes.create_string_buffer(b"\xa5" * (n + 64), n + 64)
    length: int = library.base45_decode(text, len(text), output)
    assert output.raw[n:] == b"\xa5" * 64
    return None if length == ctypes.c_size_t(-1).value else output.raw[:length]


def test_texts_of_every_small_size_are_decoded_as_by_the_package(library: ctypes.CDLL) -> None:
    source = random.Random(5)
    for n in range(301):
        message = source.randbytes(n)
        text = base45.b45encode(message)
        assert decode(library, text) == message
        for _ in range(5):
            at = source.randrange(len(text) + 1)
            changed = text[:at] + source.randbytes(1) + text[at + 1 :]
            assert decode(library, changed) == theirs(changed)
