"""CBOR that nobody means well with: deep, wide, with lengths that lie, and well-formed items of any kind."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from typing import Any

import cbor2

__all__ = ["damaged", "hostile_item", "random_item"]

ONE_BYTE_ITEMS = [b"\x00", b"\x40", b"\x60", b"\x80", b"\xa0", b"\xe0", b"\xf4", b"\xf6", b"\xf7", b"\xff"]
OPENINGS = [
    b"\x81",
    b"\x82\x00",
    b"\xa1\x00",
    b"\xa1",
    b"\xd2",
    b"\xc1",
    b"\xd8\x3d",
    b"\x9f",
    b"\xbf\x00",
    b"\x5f",
]
SEMANTIC_TAGS = [
    0,
    1,
    2,
    3,
    4,
    5,
    18,
    25,
    28,
    29,
    30,
    35,
    36,
    37,
    61,
    100,
    256,
    258,
    260,
    261,
    1004,
    43000,
    55799,
]


def damaged(data: bytes, chance: random.Random) -> bytes:
    """One to three bytes changed, left out or put in, or the end cut off."""
    result = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        if not result:
            break
        place = chance.randrange(len(result))
        match chance.randrange(8):
            case 0 | 1 | 2:
                result[place] = chance.randrange(256)
            case 3 | 4:
                del result[place]
            case 5 | 6:
                result.insert(place, chance.randrange(256))
            case _:
                del result[max(1, place) :]
    return bytes(result)


def hostile_item(chance: random.Random) -> bytes:
    """A few bytes or some thousand, seldom more than a certificate may have."""
    # Large ones are rare: writing one as a text takes longer than refusing it.
    large = [chance.randrange(1, 13_000), 10_000]
    sizes = large if chance.random() < 0.04 else [1, 2, 3, 15, 16, 17, 100]
    return chance.choice(_HOSTILE)(chance.choice(sizes), chance)


def _deep(n: int, chance: random.Random) -> bytes:
    return chance.choice(OPENINGS) * n + chance.choice(ONE_BYTE_ITEMS)


def _wide(n: int, chance: random.Random) -> bytes:
    return b"\x99" + struct.pack(">H", n) + chance.choice(ONE_BYTE_ITEMS) * n


def _endless(n: int, chance: random.Random) -> bytes:
    return b"\x9f" + bytes(chance.choices(b"\x00\x20\x40\x60\x80\xa0\xe0\xf6", k=n)) + b"\xff"


def _map(n: int, chance: random.Random) -> bytes:
    """A map of `n` keys that differ, or of one key `n` times."""
    same = chance.random() < 0.2
    value = chance.choice(ONE_BYTE_ITEMS[:-1])
    keys = (b"\x00" if same else b"\x19" + struct.pack(">H", key) for key in range(n))
    return b"\xb9" + struct.pack(">H", n) + b"".join(key + value for key in keys)


def _lying(n: int, chance: random.Random) -> bytes:
    """The head of bytes, text, array, map or tag that promises more than there is."""
    head = chance.choice([0x40, 0x60, 0x80, 0xA0, 0xC0])
    size, form = chance.choice([(24, ">B"), (25, ">H"), (26, ">I"), (27, ">Q")])
    most = 2 ** (8 * struct.calcsize(form)) - 1
    length = chance.choice([most, most // 2, most // 4, chance.randint(0, most)])
    return bytes([head | size]) + struct.pack(form, length) + chance.randbytes(min(n, 50))


def _tagged(_n: int, chance: random.Random) -> bytes:
    return cbor2.dumps(cbor2.CBORTag(chance.choice(SEMANTIC_TAGS), random_item(chance)))


def _noise(n: int, chance: random.Random) -> bytes:
    return chance.randbytes(min(n, 300))


_HOSTILE: list[Callable[[int, random.Random], bytes]] = [
    _deep,
    _wide,
    _endless,
    _map,
    _lying,
    _tagged,
    _noise,
]


def random_item(chance: random.Random, depth: int = 4) -> Any:
    """A value of any kind that CBOR has, and most of which JSON has not."""
    kinds = _KINDS if depth else _KINDS[:-3]
    return chance.choice(kinds)(chance, depth - 1)


def _number(chance: random.Random, _depth: int) -> int:
    return chance.choice([0, 1, -1, 23, 2**31, 2**63, 2**64 - 1, -(2**64), chance.getrandbits(40)])


def _float(chance: random.Random, _depth: int) -> float:
    return chance.choice([0.0, -1.5, 1e308, float("nan"), float("inf"), -0.0, 1650000000.5])


def _text(chance: random.Random, _depth: int) -> str:
    return "".join(chance.choices("2021-03T:Z .Xé\u0665😀\x00\ud7ff", k=chance.randrange(25)))


def _likely(chance: random.Random, _depth: int) -> str:
    return chance.choice(["", " ", "2021-11-20", "2021-W01-1", "840539006", "VN", "1.3.0", "9999-12-31"])


def _bytes(chance: random.Random, _depth: int) -> bytes:
    return chance.randbytes(chance.randrange(20))


def _simple(chance: random.Random, _depth: int) -> Any:
    return chance.choice([None, True, False, cbor2.undefined, cbor2.CBORSimpleValue(99)])


def _array(chance: random.Random, depth: int) -> list[Any]:
    return [random_item(chance, depth) for _ in range(chance.randrange(4))]


def _random_map(chance: random.Random, depth: int) -> dict[Any, Any]:
    return {_random_key(chance): random_item(chance, depth) for _ in range(chance.randrange(4))}


def _tag(chance: random.Random, depth: int) -> cbor2.CBORTag:
    return cbor2.CBORTag(chance.choice([0, 1, 18, 61]), random_item(chance, depth))


_KINDS: list[Callable[[random.Random, int], Any]] = [
    _number, _float, _text, _text, _likely, _likely, _bytes, _simple, _array, _random_map, _tag,
]  # fmt: skip


def _random_key(chance: random.Random) -> Any:
    return chance.choice([1, 4, 6, -260, 2, "v", "t", "r", "nam", "dob", None, 1.5, b"k", True])
