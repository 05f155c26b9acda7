"""The correspondence check of a renewal, in C: signed bytes that differ in anything are noticed."""

from __future__ import annotations

import ctypes
import random
from ctypes import c_int, c_size_t, c_uint8, c_uint32

import cbor2
import pytest
from shots_in_c import Issuer, compile_library, text

KID = bytes(range(8))
DCC = cbor2.dumps({"v": [{"ci": "URN:UVCI:01:VN:X"}], "ver": "1.3.0"})
TIMES = [0, 23, 24, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**64 - 1]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    more = ("renew/stored.c", "verify/cose_read.c", "verify/dcc_read.c", "base45/*.c")
    library = compile_library(tmp_path_factory.mktemp("stored"), *more, "deflate/*.c")
    library.dcc_signed_again.restype = c_size_t
    library.stored_corresponds.restype = c_int
    return library


def issuer(
    iat: int = 1_650_000_000, exp: int = 1_681_536_000, country: str = "VN", kid: bytes = KID
) -> Issuer:
    return Issuer(text(country), text(""), iat, exp, (c_uint8 * 8)(*kid))


def signed_again(library: ctypes.CDLL, terms: Issuer, dcc: bytes) -> bytes:
    out, at = ctypes.create_string_buffer(len(dcc) + 100), c_uint32()
    n = library.dcc_signed_again(ctypes.byref(terms), dcc, c_size_t(len(dcc)), out, ctypes.byref(at))
    assert out.raw[at.value : n].endswith(dcc)
    return out.raw[:n]


def corresponds(library: ctypes.CDLL, terms: Issuer, dcc: bytes, signed: bytes) -> bool:
    sizes = c_size_t(len(dcc)), c_size_t(len(signed))
    return bool(library.stored_corresponds(ctypes.byref(terms), dcc, sizes[0], signed, sizes[1]))


@pytest.mark.parametrize("iat", TIMES)
@pytest.mark.parametrize("exp", TIMES)
def test_the_bytes_are_those_of_cbor2_and_correspond(library: ctypes.CDLL, iat: int, exp: int) -> None:
    terms = issuer(iat, exp)
    signed = signed_again(library, terms, DCC)
    payload = cbor2.dumps({1: "VN", 4: exp, 6: iat, -260: {1: cbor2.loads(DCC)}})
    assert signed == cbor2.dumps(["Signature1", cbor2.dumps({1: -7, 4: KID}), b"", payload])
    assert corresponds(library, terms, DCC, signed)


@pytest.mark.parametrize("length", [1, 200, 226, 227, 256, 1570])  # a head of two bytes ends at 255
def test_payloads_of_all_lengths_correspond(library: ctypes.CDLL, length: int) -> None:
    dcc = random.Random(length).randbytes(length)
    assert corresponds(library, issuer(), dcc, signed_again(library, issuer(), dcc))


@pytest.mark.parametrize(
    "other",
    [
        issuer(iat=1_650_000_001),
        issuer(exp=1_681_536_001),
        issuer(iat=2**32 + 1_650_000_000),
        issuer(iat=0),
        issuer(country="LA"),
        issuer(kid=bytes(8)),
    ],
)
def test_other_terms_do_not_correspond(library: ctypes.CDLL, other: Issuer) -> None:
    signed = signed_again(library, issuer(), DCC)
    assert not corresponds(library, other, DCC, signed)
    assert corresponds(library, other, DCC, signed_again(library, other, DCC))


def test_a_changed_bit_anywhere_is_noticed(library: ctypes.CDLL) -> None:
    signed = signed_again(library, issuer(), DCC)
    for bit in range(8 * len(signed)):
        changed = bytearray(signed)
        changed[bit // 8] ^= 1 << bit % 8
        assert not corresponds(library, issuer(), DCC, bytes(changed)), bit


def test_bytes_too_few_or_too_many_are_noticed(library: ctypes.CDLL) -> None:
    signed = signed_again(library, issuer(), DCC)
    for n in range(len(signed)):
        assert not corresponds(library, issuer(), DCC, signed[:n]), n
    assert not corresponds(library, issuer(), DCC, signed + b"\0")
    assert not corresponds(library, issuer(), DCC[:-1], signed)
    assert not corresponds(library, issuer(), DCC + b"\0", signed)
