"""Inflating zlib streams: what is read, plain zlib reads to the same bytes, and nothing else is read."""

from __future__ import annotations

import itertools
import random
import zlib
from collections.abc import Callable

import pytest

from signer import _core

ROOM = 4096
KINDS = ["text", "random", "zeros", "few letters"]


def theirs(stream: bytes, room: int = ROOM) -> bytes | None:
    """What the verifier in Python makes of a stream (verifying/inflate.py), with another cap."""
    inflater = zlib.decompressobj()
    try:
        found = inflater.decompress(stream, room + 1)
    except zlib.error:
        return None
    whole = inflater.eof and not inflater.unused_data and len(found) <= room
    return found if whole else None


def made(draw: random.Random, kind: str, n: int) -> bytes:
    match kind:
        case "text":
            return " ".join(draw.choices(["URN:UVCI:01:VN:", "840539006", "Nguyễn", "1.3.0"], k=n)).encode()[
                :n
            ]
        case "random":
            return draw.randbytes(n)
        case "zeros":
            return bytes(n)
    return bytes(draw.choices(b"abc", k=n))


Inflate = Callable[[list[bytes], int], list[bytes | None]]

both = pytest.mark.parametrize("inflate", [_core.zlib_inflate, _core.zlib_inflate_many])
"""One stream after the other, and several side by side."""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("strategy", [zlib.Z_DEFAULT_STRATEGY, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE, zlib.Z_FIXED])
@pytest.mark.parametrize("level", [0, 1, 6, 9])
def test_streams_of_every_strategy_are_read(kind: str, strategy: int, level: int) -> None:
    draw = random.Random(f"{kind}{strategy}{level}")
    for n in [*range(70), 257, 258, 259, 1000, ROOM - 1, ROOM]:
        content = made(draw, kind, n)
        deflater = zlib.compressobj(level, zlib.DEFLATED, 15, 9, strategy)
        stream = deflater.compress(content) + deflater.flush()
        assert _core.zlib_inflate([stream], ROOM) == [content]
        assert _core.zlib_inflate([stream], n) == [content]
        if n:
            assert _core.zlib_inflate([stream], n - 1) == [None]


def test_several_blocks_in_a_stream_are_read() -> None:
    draw = random.Random(1)
    for _ in range(200):
        deflater = zlib.compressobj(draw.choice([0, 1, 9]))
        contents = [made(draw, draw.choice(KINDS), draw.randrange(300)) for _ in range(draw.randrange(1, 6))]
        flushes = [zlib.Z_NO_FLUSH, zlib.Z_SYNC_FLUSH, zlib.Z_FULL_FLUSH, zlib.Z_PARTIAL_FLUSH]
        stream = b"".join(deflater.compress(c) + deflater.flush(draw.choice(flushes)) for c in contents)
        stream += deflater.flush()
        assert _core.zlib_inflate([stream], ROOM) == [b"".join(contents)]


@both
def test_our_own_streams_are_read(cpu_level: str, inflate: Inflate) -> None:
    draw = random.Random(2)
    contents = [made(draw, kind, n) for kind in KINDS for n in range(0, 900, 7)]
    assert inflate(_core.zlib_compress(contents), ROOM) == contents


@both
@pytest.mark.parametrize("kind", KINDS)
def test_our_own_streams_fill_no_more_than_their_room(cpu_level: str, inflate: Inflate, kind: str) -> None:
    """Runs of literals in pairs end before the room does, wherever it ends."""
    draw = random.Random(kind)
    for n in range(100, 200):
        content = made(draw, kind, n)
        (stream,) = _core.zlib_compress([content])
        for room in (n - 9, n - 1, n, n + 1, n + 7, n + 8):
            assert inflate([stream] * 4, room) == [content if n <= room else None] * 4


def assert_reads_every_pair(inflate: Inflate) -> None:
    """Once at an even place and once at an odd one, in a block that has the trained code."""
    text = b"840539006" * 40  # keeps the stream under the length of the stored one
    contents = [
        text + before + bytes([first, second]) + text
        for first in range(256)
        for second in range(256)
        for before in (b"", b"0")
    ]
    for at in range(0, len(contents), 8192):
        streams = _core.zlib_compress(contents[at : at + 8192])
        assert all(len(stream) < 600 for stream in streams)
        assert [zlib.decompress(stream) for stream in streams] == contents[at : at + 8192]
        assert inflate(streams, ROOM) == contents[at : at + 8192]


@both
def test_every_pair_of_bytes_is_read_from_our_own_streams(inflate: Inflate) -> None:
    assert_reads_every_pair(inflate)


@pytest.mark.long
def test_every_pair_of_bytes_is_read_at_every_level(cpu_level: str) -> None:
    assert_reads_every_pair(_core.zlib_inflate_many)


@both
@pytest.mark.parametrize("deflate", [zlib.compress, lambda content: _core.zlib_compress([content])[0]])
def test_every_cut_and_every_byte_more_is_refused(
    cpu_level: str, inflate: Inflate, deflate: Callable[[bytes], bytes]
) -> None:
    draw = random.Random(3)
    for kind in KINDS:
        stream = deflate(made(draw, kind, 200))
        cuts = [stream[:n] for n in range(len(stream))]
        assert inflate(cuts, ROOM) == [None] * len(cuts)
        assert inflate([stream + b"\0", stream + stream], ROOM) == [None, None]


def test_a_stream_is_read_whatever_stands_beside_it(cpu_level: str) -> None:
    """Of other deflaters, of no text at all, damaged, or longer than the room."""
    draw = random.Random(4)
    own, long = b"840539006" * 40, b"840539006" * 100
    streams = [
        *_core.zlib_compress([own, long]),
        zlib.compress(own),
        zlib.compress(b""),
        b"",
        draw.randbytes(300),
    ]
    read = [own, None, own, b"", None, None]
    for four in itertools.product(range(len(streams)), repeat=4):  # as many as go side by side
        found = _core.zlib_inflate_many([streams[at] for at in four], len(own))
        assert found == [read[at] for at in four]


def test_streams_that_begin_alike_are_read_as_each_by_itself(cpu_level: str) -> None:
    """But for the head of the payload, and for a bit that is wrong anywhere in some of them."""
    draw = random.Random(5)
    prefix, text, suffix = draw.randbytes(43), b"840539006" * 25, draw.randbytes(66)
    changed = [
        prefix[:17] + bytes([draw.choice([0x58, 0x59]), *draw.randbytes(2)]) + prefix[20:] for _ in range(400)
    ]
    changed += [prefix[:at] + draw.randbytes(1) + prefix[at + 1 :] for at in range(43) for _ in range(4)]
    draw.shuffle(changed)
    streams = _core.zlib_compress([begin + text[draw.randrange(9) :] + suffix for begin in changed])
    for at in range(0, len(streams), 3):
        damaged = bytearray(streams[at])
        damaged[draw.randrange(100)] ^= 1 << draw.randrange(8)
        streams[at] = bytes(damaged)
    alone = [_core.zlib_inflate([stream], ROOM)[0] for stream in streams]
    assert alone == [theirs(stream) for stream in streams]
    assert _core.zlib_inflate_many(streams, ROOM) == alone
    room = max(len(found) for found in alone if found) - 3
    assert _core.zlib_inflate_many(streams, room) == [theirs(stream, room) for stream in streams]


@pytest.mark.parametrize("window_bits", range(9, 15))
def test_windows_under_32_kib_are_left_to_others(window_bits: int) -> None:
    deflater = zlib.compressobj(9, zlib.DEFLATED, window_bits)
    stream = deflater.compress(b"HC1" * 100) + deflater.flush()
    assert _core.zlib_inflate([stream], ROOM) == [None]


@pytest.mark.parametrize("content", [b"", b"HC1:", b"HC1:" * 300])
def test_a_checksum_of_other_bytes_is_refused(content: bytes) -> None:
    """Every bit of the Adler-32 counts, and its bytes are in the order of RFC 1950."""
    stream = zlib.compress(content, 9)
    assert _core.zlib_inflate([stream], ROOM) == [content]
    checksum = int.from_bytes(stream[-4:])
    others = {checksum ^ 1 << bit for bit in range(32)}
    others |= {0, 1, 2**32 - 1, zlib.crc32(content), zlib.adler32(content + b"x")}
    others |= {int.from_bytes(stream[-4:], "little"), (checksum + (65_521 << 16)) % 2**32}
    wrong = [stream[:-4] + other.to_bytes(4) for other in sorted(others - {checksum})]
    assert {theirs(each) for each in wrong} == {None}
    assert _core.zlib_inflate(wrong, ROOM) == [None] * len(wrong)


def test_a_head_of_another_window_method_or_check_is_refused() -> None:
    """The stream behind it is right; windows over 32 KiB, methods but deflate and a wrong FCHECK are not."""
    stream = zlib.compress(b"HC1:" * 300, 9)
    heads = [(cmf, flags) for cmf in range(256) for flags in range(256)]
    read = [
        (cmf, flags)
        for cmf, flags in heads
        if _core.zlib_inflate([bytes([cmf, flags]) + stream[2:]], ROOM) != [None]
    ]
    assert read == [(0x78, 0x01), (0x78, 0x5E), (0x78, 0x9C), (0x78, 0xDA)]
    assert theirs(b"\x88\x1c" + stream[2:]) is None
    assert theirs(b"\x78\xdb" + stream[2:]) is None


def test_a_preset_dictionary_is_refused() -> None:
    deflater = zlib.compressobj(9, zdict=b"HC1:")
    assert _core.zlib_inflate([deflater.compress(b"HC1:HC1:") + deflater.flush()], ROOM) == [None]


def test_damage_is_read_only_where_zlib_reads_the_same() -> None:
    """Bits flipped, and the checksum mended so that what lies before it is put to the test."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    n_read = 0
    for _ in range(20_000):
        content = made(draw, draw.choice(KINDS), draw.randrange(250))
        deflated = draw.choice(
            [zlib.compress(content, 1), zlib.compress(content), *_core.zlib_compress([content])]
        )
        stream = bytearray(deflated)
        for _ in range(draw.randrange(1, 4)):
            at = draw.randrange(2, len(stream))
            stream[at] ^= 1 << draw.randrange(8)
        found = raw_content(bytes(stream))
        if found is not None:
            stream[-4:] = zlib.adler32(found).to_bytes(4)
        (ours,) = _core.zlib_inflate([bytes(stream)], ROOM)
        assert ours is None or ours == theirs(bytes(stream))
        n_read += ours is not None
    print(f"{n_read} damaged streams were still streams")
    assert n_read > 100


def raw_content(stream: bytes) -> bytes | None:
    """The bytes before the checksum, whatever it says; None where they are no deflate stream up to there."""
    inflater = zlib.decompressobj(-15)
    try:
        content = inflater.decompress(stream[2:])
    except zlib.error:
        return None
    return content if inflater.eof and len(inflater.unused_data) == 4 else None
