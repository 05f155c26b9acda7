"""zlib streams: plain zlib inflates them, and for certificates they are shorter than its own."""

import importlib.util
import os
import random
import re
import subprocess
import sys
import zlib
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from signer import _core

SOURCE = Path(__file__).parents[2] / "src"
DEFLATE = SOURCE / "signer" / "native" / "deflate"
PREFIX, SUFFIX = 43, 66  # where the blocks are cut: see train.py
STORED_OVERHEAD = 11  # two bytes of head, five of block, four of checksum


@pytest.fixture(scope="module")
def corpus() -> ModuleType:
    """The generator of training messages, which is no part of the installed package."""
    spec = importlib.util.spec_from_file_location("deflate_corpus", DEFLATE / "corpus.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def messages(corpus: ModuleType) -> list[bytes]:
    """Messages of another seed than the one that the table was trained on."""
    made: list[bytes] = corpus.make_messages(2000, seed=20_220_415)
    return made


def assert_inflates(messages: list[bytes]) -> list[bytes]:
    streams = _core.zlib_compress(messages)
    for message, stream in zip(messages, streams, strict=True):
        inflater = zlib.decompressobj()
        assert inflater.decompress(stream) == message
        assert inflater.eof
        assert inflater.unused_data == b""
    return streams


def test_certificates_come_back_from_plain_zlib(cpu_level: str, messages: list[bytes]) -> None:
    assert_inflates(messages)


def test_certificates_are_smaller_than_zlib_makes_them(cpu_level: str, messages: list[bytes]) -> None:
    ours = sum(map(len, _core.zlib_compress(messages)))
    theirs = sum(len(zlib.compress(message, 9)) for message in messages)
    assert ours <= 0.965 * theirs


def test_every_level_gives_the_bytes_of_portable_c(cpu_level: str, messages: list[bytes]) -> None:
    source = random.Random(1)
    mixed = messages[:200] + [source.randbytes(n) for n in range(400)]
    here = _core.zlib_compress(mixed)
    try:
        _core.select_cpu("ifma,avx512,avx2,shani")
        assert _core.zlib_compress(mixed) == here
    finally:
        _core.select_cpu("")


@pytest.mark.parametrize("kind", ["random", "all 0xff", "all zero", "digits"])
def test_every_small_size_comes_back(cpu_level: str, kind: str) -> None:
    source = random.Random(kind)
    make = {
        "random": source.randbytes,
        "all 0xff": lambda n: b"\xff" * n,
        "all zero": bytes,
        "digits": lambda n: bytes(source.choices(b"0123456789", k=n)),
    }[kind]
    assert_inflates([make(n) for n in range(601)])


# The longest stored block and its neighbours, two of them, and beyond.
@pytest.mark.parametrize("n", [65534, 65535, 65536, 131069, 131070, 131071, 200_000])
@pytest.mark.parametrize("alphabet", [bytes(range(256)), b"\xff", b"01", b"vaccination 0123"])
def test_long_inputs_come_back(cpu_level: str, n: int, alphabet: bytes) -> None:
    message = bytes(random.Random(n).choices(alphabet, k=n))
    (stream,) = assert_inflates([message])
    assert len(stream) <= n + STORED_OVERHEAD + 5 * ((n - 1) // 65535)


def test_incompressible_bytes_are_stored(cpu_level: str) -> None:
    sizes = [0, 1, PREFIX + SUFFIX - 1, PREFIX + SUFFIX, PREFIX + SUFFIX + 1, 338, 600, 5000]
    messages = [random.Random(n).randbytes(n) for n in sizes]
    for n, stream in zip(sizes, assert_inflates(messages), strict=True):
        assert len(stream) == n + STORED_OVERHEAD


def test_the_stored_stream_takes_over_exactly_where_the_trained_one_is_longer(cpu_level: str) -> None:
    # A growing share of expensive bytes: lengths rise bit by bit up to the stored one, and no further.
    messages = [b"b" * (400 - n) + b"\xff" * n + bytes(SUFFIX) for n in range(401)]
    lengths = list(map(len, assert_inflates(messages)))
    assert lengths == sorted(lengths)
    assert lengths[-1] == 400 + SUFFIX + STORED_OVERHEAD
    assert max(after - before for before, after in pairwise(lengths)) <= 2


def around(source: random.Random, text: bytes) -> bytes:
    return source.randbytes(PREFIX) + text + source.randbytes(SUFFIX)


def test_the_text_of_an_old_stream_gives_the_stream_of_the_new_message(
    cpu_level: str, messages: list[bytes]
) -> None:
    """Other first and last bytes put the text's bits at every place in a byte."""
    source = random.Random(3)
    texts = [message[PREFIX:-SUFFIX] for message in messages[:300]]
    texts += [b"b" * n for n in range(100)] + [b"b" * (300 - n) + b"\xff" * n for n in range(300)]
    for text in texts:
        old, new = around(source, text), around(source, text)
        (stream, expected) = _core.zlib_compress([old, new])
        assert _core.zlib_compress_again(stream, new) == expected
        assert zlib.decompress(expected) == new


def test_streams_without_the_text_of_a_message_are_no_hindrance(cpu_level: str) -> None:
    source = random.Random(4)
    text = b"cdobj1990-01-01" * 20
    new = around(source, text)
    (expected, other) = _core.zlib_compress([new, around(source, text + b"1")])
    split = zlib.compressobj(9, zlib.DEFLATED, 15, 9, zlib.Z_FIXED)
    in_blocks = split.compress(new[:PREFIX]) + split.flush(zlib.Z_FULL_FLUSH) + split.compress(new[PREFIX:])
    in_blocks += split.flush()
    for stream in (other, zlib.compress(new), zlib.compress(new, 0), in_blocks, b"", other[:-1]):
        assert _core.zlib_compress_again(stream, new) == expected


def bits_of(stream: bytes) -> str:
    """First bit lowest (RFC 1951 section 3.1.1)."""
    return "".join(f"{byte:08b}"[::-1] for byte in stream)


def bytes_of(bits: str) -> bytes:
    return bytes(int(bits[at : at + 8].ljust(8, "0")[::-1], 2) for at in range(0, len(bits), 8))


def fixed_block(literals: bytes) -> str:
    """Of bytes below 144, whose codes have eight bits (RFC 1951 section 3.2.6)."""
    return "010" + "".join(f"{0x30 + literal:08b}" for literal in literals) + 7 * "0"


def trained_block(text: bytes) -> str:
    """As our own streams have it: behind the prefix, and before a stored block with its head and padding."""
    (stream,) = _core.zlib_compress([bytes(PREFIX) + text + bytes(SUFFIX)])
    block = bits_of(stream[2 : -4 - SUFFIX - 4])[len(fixed_block(bytes(PREFIX))) :]
    return block.rstrip("0").removesuffix("1")


def stream_of(message: bytes, cuts: list[int]) -> bytes:
    """A fixed block up to the first cut, then trained ones from cut to cut, and a stored one."""
    bits = fixed_block(message[: cuts[0]])
    bits += "".join(trained_block(message[first:end]) for first, end in pairwise(cuts)) + "100"
    rest = message[cuts[-1] :]
    stored = len(rest).to_bytes(2, "little") + (len(rest) ^ 0xFFFF).to_bytes(2, "little") + rest
    return b"\x78\xda" + bytes_of(bits) + stored + zlib.adler32(message).to_bytes(4)


@pytest.mark.parametrize("first", [-2, -1, 0, 1, 2])
@pytest.mark.parametrize("last", [-2, -1, 0, 1, 2])
@pytest.mark.parametrize("more", [[], [350]])
def test_a_text_is_taken_over_only_from_where_our_own_streams_have_it(
    cpu_level: str, first: int, last: int, more: list[int]
) -> None:
    """Other deflaters might use the same code for more or less of a message, or for a part."""
    old = bytes(range(60)) + b"cdobj1990-01-01" * 40 + bytes(range(70))
    new = bytes(reversed(old[:20])) + old[20:-20] + bytes(reversed(old[-20:]))
    stream = stream_of(old, [PREFIX + first, *more, len(old) - SUFFIX + last])
    assert zlib.decompress(stream) == old
    (own, expected) = _core.zlib_compress([old, new])
    assert (stream == own) == (not first and not last and not more)
    assert _core.zlib_compress_again(stream, new) == expected


def test_every_literal_may_stand_in_the_text(cpu_level: str) -> None:
    text = b"cdobj1990-01-01" * 20
    messages = [bytes(PREFIX) + text + bytes([literal]) + text + bytes(SUFFIX) for literal in range(256)]
    for message, stream in zip(messages, assert_inflates(messages), strict=True):
        assert len(stream) < len(message)


def test_the_head_is_that_of_rfc_1950(cpu_level: str, messages: list[bytes]) -> None:
    for stream in _core.zlib_compress([b"", *messages[:3]]):
        assert stream[0] == 0x78
        assert (stream[0] * 256 + stream[1]) % 31 == 0
        assert stream[1] & 0x20 == 0  # no preset dictionary


def test_the_checksum_survives_the_largest_sums(cpu_level: str) -> None:
    # 5552 bytes is where 32-bit sums must be reduced, every 4096 where the vectors' are.
    sizes = [4095, 4096, 4097, 8192, 8193, 5551, 5552, 5553, 11104, 16383, 16384, 16385, 32768, 33333]
    messages = [b"\xff" * n for n in sizes]
    for message, stream in zip(messages, _core.zlib_compress(messages), strict=True):
        assert stream[-4:] == zlib.adler32(message).to_bytes(4, "big")


def test_the_committed_table_is_as_the_trainer_writes_it() -> None:
    script = (
        "import re; from signer.native.deflate.train import TARGET, table_text; text = TARGET.read_text();"
        "bits = re.search(r'DEFLATE_BITS.256. = {([^}]*)}', text).group(1).split(',');"
        "end = re.search(r'DEFLATE_END_BITS (\\d+)', text).group(1);"
        "assert table_text([int(b) for b in bits if b.strip()] + [int(end)]) == text"
    )
    subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": str(SOURCE)}, check=True, timeout=60
    )


def test_the_trained_code_is_complete() -> None:
    text = (DEFLATE / "deflate_table.h").read_text()
    found = re.search(r"DEFLATE_BITS\[256\] = {([^}]*)}", text)
    end = re.search(r"DEFLATE_END_BITS (\d+)", text)
    assert found is not None
    assert end is not None
    lengths = [int(cell) for cell in found[1].split(",") if cell.strip()] + [int(end[1])]
    assert len(lengths) == 257
    assert sum(2.0**-length for length in lengths) == 1.0
