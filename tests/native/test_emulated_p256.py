"""The AVX512-IFMA signer, walked over emulated intrinsics and held against portable C."""

import ctypes
import random
from collections.abc import Callable

import pytest

pytestmark = pytest.mark.long  # ci/avx512.sh runs all levels; this compiles for half a minute

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
DOUBLING = ORDER - 2 * (ORDER % 2**128)  # the nonce whose last addition has two equal points
BAD_NONCES = (0, ORDER, ORDER + 1, 2**256 - 1)
LIMIT_NONCES = (1, 2, ORDER - 2, ORDER - 1, DOUBLING, ORDER - DOUBLING, 2**128, 2**255)
LIMIT_DIGESTS = (0, 1, ORDER - 1, ORDER, ORDER + 1, 2**256 - 1)
BATCH_SIZES = (*range(1, 71), 255, 256, 257, 300)  # every rest of 8 lanes, and both sides of whole trees


@pytest.fixture(scope="module")
def library(emulated_library: Callable[..., ctypes.CDLL]) -> ctypes.CDLL:
    library = emulated_library("p256")
    library.p256_portable_init()
    library.p256_ifma_init()
    return library


def octets(values: list[int]) -> bytes:
    return b"".join(value.to_bytes(32, "big") for value in values)


def signed(
    library: ctypes.CDLL, name: str, scalar: int, digests: list[int], nonces: list[int]
) -> tuple[int, list[bytes]]:
    """The count of failures and the signatures that implementation `name` gives."""
    n = len(nonces)
    bytes_of, sign = getattr(library, f"p256_{name}_scratch_bytes"), getattr(library, f"p256_{name}_sign")
    bytes_of.restype = sign.restype = ctypes.c_size_t
    memory = ctypes.create_string_buffer(bytes_of() + 64)
    scratch = ctypes.c_void_p(ctypes.addressof(memory) + -ctypes.addressof(memory) % 64)
    signatures = ctypes.create_string_buffer(64 * n)
    n_failed = sign(
        octets([scalar]), ctypes.c_size_t(n), octets(digests), octets(nonces), signatures, scratch
    )
    return n_failed, [signatures.raw[i : i + 64] for i in range(0, 64 * n, 64)]


def assert_same(library: ctypes.CDLL, scalar: int, digests: list[int], nonces: list[int]) -> None:
    expected = signed(library, "portable", scalar, digests, nonces)
    assert signed(library, "ifma", scalar, digests, nonces) == expected
    n_bad = sum(nonce in BAD_NONCES for nonce in nonces)
    assert expected[0] == n_bad == expected[1].count(bytes(64))


@pytest.mark.parametrize("n", BATCH_SIZES)
def test_random_batches_are_signed_as_by_portable_c(library: ctypes.CDLL, n: int) -> None:
    generator = random.Random(n)
    scalar = generator.randrange(1, ORDER)
    digests = [generator.getrandbits(256) for _ in range(n)]
    assert_same(library, scalar, digests, [generator.randrange(1, ORDER) for _ in range(n)])


@pytest.mark.parametrize("n", BATCH_SIZES)
def test_limits_among_random_lanes_are_signed_or_refused_as_by_portable_c(
    library: ctypes.CDLL, n: int
) -> None:
    generator = random.Random(-n)
    scalar = generator.choice([1, ORDER - 1, generator.randrange(1, ORDER)])
    digests = [generator.choice([*LIMIT_DIGESTS, *[generator.getrandbits(256)] * 4]) for _ in range(n)]
    limits = [*BAD_NONCES, *LIMIT_NONCES, *[generator.randrange(1, ORDER) for _ in range(20)]]
    assert_same(library, scalar, digests, [generator.choice(limits) for _ in range(n)])


@pytest.mark.parametrize("nonce", [*BAD_NONCES, *LIMIT_NONCES])
def test_a_limit_nonce_in_every_lane_is_signed_or_refused_as_by_portable_c(
    library: ctypes.CDLL, nonce: int
) -> None:
    digests = [random.Random(nonce).getrandbits(256) for _ in range(33)]
    assert_same(library, ORDER // 3, digests, [nonce] * 33)


def test_nonces_of_one_bit_or_one_byte_are_signed_as_by_portable_c(library: ctypes.CDLL) -> None:
    nonces = [1 << bit for bit in range(256)] + [(2**8 - 1) << 8 * byte for byte in range(31)]
    digests = [random.Random(2).getrandbits(256) for _ in nonces]
    assert_same(library, ORDER // 5, digests, nonces)
