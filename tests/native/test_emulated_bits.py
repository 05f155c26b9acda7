"""The emulated instructions on bits: what the standards that they were made for say they give."""

import ctypes
import random
import shutil
import subprocess
from pathlib import Path

import pytest

WRAPPERS = """
#include "emulated_avx512.h"
void affine(const void *x, const void *matrices, void *result) {
    __m512i vectors = _mm512_loadu_si512(x), rows = _mm512_loadu_si512(matrices);
    _mm512_storeu_si512(result, _mm512_gf2p8affine_epi64_epi8(vectors, rows, 0x63));
}
void popcnt(const void *x, void *result) {
    _mm512_storeu_si512(result, _mm512_popcnt_epi64(_mm512_loadu_si512(x)));
}
"""
LANES = 8  # of 64 bits


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler to build emulated instructions with")
    folder = tmp_path_factory.mktemp("bits")
    source, target = folder / "bits.c", folder / "bits.so"
    source.write_text(WRAPPERS, "utf-8")
    command = [compiler, "-std=c11", "-fPIC", "-shared", "-Wno-psabi", f"-I{Path(__file__).parent}"]
    subprocess.run([*command, str(source), "-o", str(target)], check=True, timeout=60)
    return ctypes.CDLL(str(target))


def affine(library: ctypes.CDLL, x: bytes, matrices: list[int]) -> bytes:
    result = ctypes.create_string_buffer(64)
    library.affine(x, b"".join(matrix.to_bytes(8, "little") for matrix in matrices), result)
    return result.raw


def product(a: int, b: int) -> int:
    """In the field of AES (FIPS 197, 4.2)."""
    result = 0
    for bit in range(8):
        result ^= a << bit if b >> bit & 1 else 0
    for bit in range(14, 7, -1):
        result ^= 0x11B << (bit - 8) if result >> bit & 1 else 0
    return result


def inverse(a: int) -> int:
    return next((b for b in range(256) if product(a, b) == 1), 0)


def aes_matrix() -> int:
    """Output bit i of FIPS 197, 5.1.1 adds bits i, i + 4, ..., i + 7; its row is byte 7 - i."""
    rows = [sum(1 << (i + k) % 8 for k in (0, 4, 5, 6, 7)) for i in range(8)]
    return int.from_bytes(bytes(reversed(rows)), "little")


def test_the_affine_product_makes_the_s_box_of_aes(library: ctypes.CDLL) -> None:
    inverses = bytes(inverse(a) for a in range(256))
    s_box = b"".join(affine(library, inverses[i : i + 64], [aes_matrix()] * LANES) for i in range(0, 256, 64))
    assert s_box[:8] == bytes.fromhex("637c777bf26b6fc5")  # FIPS 197, figure 7, row 0
    assert s_box[0xF8:] == bytes.fromhex("41992d0fb054bb16")  # row f
    assert s_box[0x53] == 0xED  # the example of 5.1.1


def test_each_lane_is_multiplied_by_its_own_matrix(library: ctypes.CDLL) -> None:
    identity = 0x0102040810204080
    x = random.Random(1).randbytes(64)
    matrices = [identity if lane % 2 else 0 for lane in range(LANES)]
    kept = bytes(byte if i // 8 % 2 else 0 for i, byte in enumerate(x))
    assert affine(library, x, matrices) == bytes(byte ^ 0x63 for byte in kept)


def test_ones_are_counted_in_each_lane(library: ctypes.CDLL) -> None:
    words = [0, 1, 1 << 63, 2**64 - 1, 0x5555555555555555, 2**32, 2**63 - 1, random.Random(2).getrandbits(64)]
    result = (ctypes.c_uint64 * LANES)()
    library.popcnt(b"".join(word.to_bytes(8, "little") for word in words), result)
    assert list(result) == [word.bit_count() for word in words]
