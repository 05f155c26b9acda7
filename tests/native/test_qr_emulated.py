"""The AVX-512 code of QR symbols, walked over emulated intrinsics and held against portable C."""

import ctypes
import random
from collections.abc import Callable, Iterator

import pytest
from native.iso_18004 import CHARACTERS, CODEWORDS

pytestmark = pytest.mark.long  # ci/avx512.sh runs all levels; this compiles for half a minute

# The bits of native/cpu/cpu.h.
PORTABLE = 0
AVX512 = 2 | 4
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
VERSIONS = range(1, 41)
LEVELS = range(4)
SIDE_MAX, WORDS, MASKS = 177, 3, 8
ALIGNMENT = 64
SLACK = 64  # bytes behind a stream that may be written
PLAN_MAX = 1 << 20  # more than a qr_plan has bytes
Lines = ctypes.c_uint64 * WORDS * SIDE_MAX
Penalties = ctypes.c_uint32 * MASKS
Stream = ctypes.c_uint8 * 4096  # more than the longest one and the slack


class Symbol(ctypes.Structure):
    _fields_ = [
        ("version", ctypes.c_uint8),
        ("level", ctypes.c_uint8),
        ("mask", ctypes.c_uint8),
        ("side", ctypes.c_uint8),
        ("rows", Lines),
    ]


OF_THREE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
OF_FOUR = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)


class Steps(ctypes.Structure):
    _fields_ = [
        ("interleave", OF_THREE),
        ("transpose", OF_THREE),
        ("penalties", OF_FOUR),
    ]


def aligned(n_bytes: int) -> tuple[int, object]:
    """The address of so many bytes, and what keeps them."""
    memory = ctypes.create_string_buffer(n_bytes + ALIGNMENT)
    return (ctypes.addressof(memory) + ALIGNMENT - 1) // ALIGNMENT * ALIGNMENT, memory


@pytest.fixture(scope="module")
def library(emulated_library: Callable[..., ctypes.CDLL]) -> ctypes.CDLL:
    library = emulated_library("cpu", "qr")
    library.qr_encoder_bytes.restype = ctypes.c_size_t
    library.qr_encoder_init.argtypes = [ctypes.c_void_p]
    pointer, size = ctypes.c_void_p, ctypes.c_size_t
    library.qr_encode.argtypes = [pointer, ctypes.c_char_p, size, ctypes.c_int, ctypes.c_int, pointer]
    library.qr_plan_init.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_int]
    return library


@pytest.fixture(scope="module")
def encoder(library: ctypes.CDLL) -> Iterator[int]:
    address, memory = aligned(library.qr_encoder_bytes())
    library.qr_encoder_init(address)
    yield address
    del memory


def draw(library: ctypes.CDLL, encoder: int, features: int, text: str, level: int) -> Symbol:
    symbol = Symbol()
    library.qr_select(features)
    status = library.qr_encode(encoder, text.encode(), len(text), level, 0, ctypes.byref(symbol))
    assert status == 0
    return symbol


def content(symbol: Symbol) -> tuple[object, ...]:
    rows = [tuple(symbol.rows[row]) for row in range(symbol.side)]
    return symbol.version, symbol.level, symbol.mask, symbol.side, rows


def texts_of(version: int, level: int) -> list[str]:
    """The shortest, the longest and two others, random; and the longest of one letter."""
    generator = random.Random(f"{version} {level}")
    capacities = [0, *CHARACTERS["LMQH"[level]]]
    shortest, most = capacities[version - 1] + 1, capacities[version]
    lengths = [shortest, most, *(generator.randint(shortest, most) for _ in range(2))]
    return [*("".join(generator.choices(ALPHABET, k=n)) for n in lengths), "A" * most]


@pytest.mark.parametrize("version", VERSIONS)
def test_symbols_are_those_of_portable_c(library: ctypes.CDLL, encoder: int, version: int) -> None:
    for level in LEVELS:
        for text in texts_of(version, level):
            expected = draw(library, encoder, PORTABLE, text, level)
            assert (expected.version, expected.level) == (version, level)
            assert content(draw(library, encoder, AVX512, text, level)) == content(expected), text


def random_columns(generator: random.Random, side: int) -> ctypes.Array[ctypes.Array[ctypes.c_uint64]]:
    columns = Lines()
    for column in range(side):
        bits = generator.getrandbits(side)
        columns[column][:] = [bits >> 64 * word & (2**64 - 1) for word in range(WORDS)]
    return columns


@pytest.mark.parametrize("version", VERSIONS)
def test_rows_and_every_mask_s_penalty_are_those_of_portable_c(library: ctypes.CDLL, version: int) -> None:
    # A symbol tells only which mask was the best.
    generator, side, words = random.Random(version), 17 + 4 * version, (17 + 4 * version + 63) // 64
    plan, memory = aligned(PLAN_MAX)
    library.qr_plan_init(plan, version, 0)
    for _ in range(3):
        columns, seen = random_columns(generator, side), []
        for name in ("qr_portable", "qr_avx512"):
            steps, rows, penalties = Steps.in_dll(library, name), Lines(), Penalties()
            steps.transpose(plan, columns, rows)
            steps.penalties(plan, columns, rows, penalties)
            seen.append(([rows[row][:words] for row in range(side)], list(penalties)))
        assert seen[0] == seen[1]
    del memory


@pytest.mark.parametrize("level", LEVELS)
def test_streams_are_those_of_portable_c_and_stay_within_their_slack(
    library: ctypes.CDLL, level: int
) -> None:
    plan, memory = aligned(PLAN_MAX)
    interleave = Steps.in_dll(library, "qr_avx512").interleave
    interleave_portably = Steps.in_dll(library, "qr_portable").interleave
    for version in VERSIONS:
        n = CODEWORDS[version - 1]
        data = Stream(*random.Random(version).randbytes(len(Stream())))
        stream, expected = Stream(*b"\xa5" * len(Stream())), Stream()
        library.qr_plan_init(plan, version, level)
        interleave(plan, data, stream)
        interleave_portably(plan, data, expected)
        assert stream[:n] == expected[:n], version
        assert set(stream[n + SLACK :]) == {0xA5}, version
    del memory
