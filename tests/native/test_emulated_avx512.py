"""The AVX-512 code of SHA-256 and RFC 6979, walked over emulated intrinsics and held against portable C."""

import ctypes
import hashlib
import hmac
import mmap
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

# The bits of native/cpu/cpu.h.
PORTABLE = 0
AVX512 = 2 | 4
BATCH_SIZES = (1, 7, 8, 9, 15, 16, 17, 31, 40)  # around the first batch that takes 16 lanes, and whole groups
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
HALF_REJECTED = 2**255 + 1  # an order that about half of the candidates exceed


@pytest.fixture(scope="module")
def library(emulated_library: Callable[..., ctypes.CDLL]) -> ctypes.CDLL:
    return emulated_library("sha256", "rfc6979")


def digests_of(library: ctypes.CDLL, features: int, messages: Sequence[bytes]) -> list[bytes]:
    n = len(messages)
    digests = ctypes.create_string_buffer(32 * n)
    library.sha256_select(features)
    lengths = (ctypes.c_uint32 * n)(*map(len, messages))
    library.sha256_many(ctypes.c_size_t(n), (ctypes.c_char_p * n)(*messages), lengths, digests)
    return [digests.raw[i : i + 32] for i in range(0, 32 * n, 32)]


def macs_of(library: ctypes.CDLL, features: int, secret: bytes, messages: Sequence[bytes]) -> list[bytes]:
    n = len(messages)
    key, macs = ctypes.create_string_buffer(64), ctypes.create_string_buffer(32 * n)
    library.sha256_select(features)
    library.hmac_sha256_init(key, secret, ctypes.c_size_t(len(secret)))
    lengths = (ctypes.c_uint32 * n)(*map(len, messages))
    library.hmac_sha256_many(key, ctypes.c_size_t(n), (ctypes.c_char_p * n)(*messages), lengths, macs)
    return [macs.raw[i : i + 32] for i in range(0, 32 * n, 32)]


def nonces_of(library: ctypes.CDLL, features: int, scalar: bytes, digests: bytes, order: int) -> bytes:
    n = len(digests) // 32
    key, nonces = ctypes.create_string_buffer(128), ctypes.create_string_buffer(32 * n)
    library.sha256_select(features)
    library.rfc6979_select(features)
    library.rfc6979_init(key, scalar, order.to_bytes(32, "big"))
    library.rfc6979_nonces(key, ctypes.c_size_t(n), digests, nonces)
    return nonces.raw


@pytest.mark.parametrize("n", BATCH_SIZES)
def test_digests_are_those_of_hashlib_for_messages_of_mixed_lengths(library: ctypes.CDLL, n: int) -> None:
    generator = random.Random(n)
    messages = [generator.randbytes(generator.randrange(301)) for _ in range(n)]
    expected = [hashlib.sha256(message).digest() for message in messages]
    assert digests_of(library, AVX512, messages) == expected
    assert digests_of(library, PORTABLE, messages) == expected


@pytest.mark.parametrize("n", BATCH_SIZES)
def test_macs_are_those_of_hmac(library: ctypes.CDLL, n: int) -> None:
    generator = random.Random(n)
    secret = generator.randbytes(generator.randrange(130))
    messages = [generator.randbytes(generator.randrange(200)) for _ in range(n)]
    assert macs_of(library, AVX512, secret, messages) == [hmac.digest(secret, m, "sha256") for m in messages]


@pytest.mark.parametrize("order", [P256_ORDER, HALF_REJECTED])
@pytest.mark.parametrize("n", BATCH_SIZES)
def test_nonces_are_those_of_portable_c(library: ctypes.CDLL, n: int, order: int) -> None:
    generator = random.Random(n)
    scalar = generator.randrange(1, order).to_bytes(32, "big")
    digests = generator.randbytes(32 * (n - 1)) + b"\xff" * 32
    assert nonces_of(library, AVX512, scalar, digests, order) == nonces_of(
        library, PORTABLE, scalar, digests, order
    )


@contextmanager
def before_unreadable_page(content: bytes) -> Iterator[int]:
    """Gives the address of a copy of `content` that ends with its page; the next page is unreadable."""
    libc = ctypes.CDLL(None, use_errno=True)
    memory = mmap.mmap(-1, 2 * mmap.PAGESIZE)
    view = ctypes.c_char.from_buffer(memory)
    page = ctypes.addressof(view) + mmap.PAGESIZE
    protect = libc.mprotect
    protect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    memory[mmap.PAGESIZE - len(content) : mmap.PAGESIZE] = content
    assert protect(page, mmap.PAGESIZE, 0) == 0
    try:
        yield page - len(content)
    finally:
        protect(page, mmap.PAGESIZE, mmap.PROT_READ | mmap.PROT_WRITE)
        del view
        memory.close()


@pytest.mark.parametrize("features", [PORTABLE, AVX512], ids=["portable", "avx512"])
def test_no_byte_behind_a_message_is_read(library: ctypes.CDLL, features: int) -> None:
    content = random.Random(1).randbytes(300)
    lengths = list(range(0, 300, 7))  # all end at the page's end, whole blocks and odd rests
    n = len(lengths)
    with before_unreadable_page(content) as address:
        starts = (ctypes.c_void_p * n)(*[address + len(content) - length for length in lengths])
        digests = ctypes.create_string_buffer(32 * n)
        library.sha256_select(features)
        library.sha256_many(ctypes.c_size_t(n), starts, (ctypes.c_uint32 * n)(*lengths), digests)
    expected = [hashlib.sha256(content[len(content) - length :]).digest() for length in lengths]
    assert digests.raw == b"".join(expected)
