"""The UVCI and its check character in C."""

import base64
import ctypes
import random

import pytest
from shots_in_c import compile_library, header_number


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    return compile_library(tmp_path_factory.mktemp("uvci"))


@pytest.mark.parametrize(
    ("uvci", "character"),
    [
        ("URN:UVCI:01:NL:187/37512422923", "Z"),
        ("URN:UVCI:01:VN:A1B2C3", "3"),
        ("URN:UVCI:01:VN:000000000000", "7"),
    ],
)
def test_the_check_characters_of_known_uvcis(library: ctypes.CDLL, uvci: str, character: str) -> None:
    assert chr(library.uvci_check_character(uvci.encode(), len(uvci))) == character


def luhn_mod_38(uvci: str) -> str:
    """The definition, word by word."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:"
    total = 0
    for place, character in enumerate(reversed(uvci)):
        addend = alphabet.index(character) * (1 if place % 2 else 2)
        total += addend // 38 + addend % 38
    return alphabet[(38 - total % 38) % 38]


def written_uvci(library: ctypes.CDLL, mac: bytes, checksum: bool) -> str:
    out = ctypes.create_string_buffer(header_number("shots/shots.h", "UVCI_MAX"))
    length = library.uvci_write(b"VN", mac, int(checksum), out)
    return out.raw[:length].decode()


@pytest.mark.parametrize("seed", [1])
def test_a_uvci_is_base_32_of_100_bits_and_a_checksum(library: ctypes.CDLL, seed: int) -> None:
    chance = random.Random(seed)
    for mac in [bytes(32), b"\xff" * 32, *(chance.randbytes(32) for _ in range(500))]:
        plain = "URN:UVCI:01:VN:" + base64.b32encode(mac).decode()[:20]
        assert written_uvci(library, mac, checksum=False) == plain
        assert written_uvci(library, mac, checksum=True) == f"{plain}#{luhn_mod_38(plain)}"
