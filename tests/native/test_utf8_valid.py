"""Which bytes are UTF-8: those that Python decodes."""

from __future__ import annotations

import ctypes
import itertools
import subprocess
import sysconfig
from collections.abc import Iterable
from pathlib import Path

import pytest

NATIVE = Path(__file__).parents[2] / "src" / "signer" / "native"
SOURCE = """
#include "names/utf8_valid.h"
void each_valid(const uint8_t *texts, size_t length, size_t n, uint8_t *valid) {
    for (size_t i = 0; i < n; i++)
        valid[i] = (uint8_t)utf8_is_valid(texts + i * length, length);
}
"""
EDGES = bytes.fromhex("00 41 7f 80 8f 90 9f a0 bf c0 c1 c2 df e0 e1 ec ed ee ef f0 f1 f3 f4 f5 ff")
"""The first and the last byte of every range in table 3-7 of the Unicode Standard."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    made = tmp_path_factory.mktemp("utf8") / "valid.so"
    compiler = (sysconfig.get_config_var("CC") or "cc").split()
    flags = ["-std=c11", "-O3", "-fPIC", "-shared", f"-I{NATIVE}", "-xc", "-", "-o", str(made)]
    subprocess.run([*compiler, *flags], input=SOURCE, text=True, check=True)
    return ctypes.CDLL(str(made))


def decodes(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def assert_as_python(library: ctypes.CDLL, texts: Iterable[bytes]) -> None:
    """Of texts of one length."""
    each = list(texts)
    valid = ctypes.create_string_buffer(len(each))
    library.each_valid(b"".join(each), ctypes.c_size_t(len(each[0])), ctypes.c_size_t(len(each)), valid)
    assert [bool(byte) for byte in valid.raw] == list(map(decodes, each))


@pytest.mark.parametrize("length", [1, 2])
def test_every_sequence_of_up_to_two_bytes(library: ctypes.CDLL, length: int) -> None:
    assert_as_python(library, map(bytes, itertools.product(range(256), repeat=length)))


@pytest.mark.parametrize("length", [3, 4])
def test_every_sequence_of_the_edges_of_all_ranges(library: ctypes.CDLL, length: int) -> None:
    assert_as_python(library, map(bytes, itertools.product(EDGES, repeat=length)))


def test_every_byte_in_every_place_of_a_longer_text(library: ctypes.CDLL) -> None:
    text = "Nguyễn Thị Ánh 𠮷 \u07ff\ud7ff\ue000\uffff".encode()
    changed = [text[:at] + bytes([byte]) + text[at + 1 :] for at in range(len(text)) for byte in range(256)]
    assert_as_python(library, changed)
