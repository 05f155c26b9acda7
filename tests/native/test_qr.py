"""QR symbols against libqrcodegen, module by module, and what no symbol can hold."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, cycle, islice, pairwise

import pyarrow as pa
import pytest
from native.iso_18004 import CHARACTERS
from native.libqrcodegen import LEVELS, Libqrcodegen

from signer import _core
from signer.errors import QrTextUnfit

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
VERSIONS = range(1, 41)
N_SYMBOLS = int(os.environ.get("SIGNER_TEST_SYMBOLS", "1280"))  # ci/test.sh asks for 5,000
SMALL, N_SMALL = 6, 4360  # versions that the library draws soonest; the other texts are of all versions

# In these, patterns 2:2:6:2:2 decide which mask is best: without them it would be the other one.
TEXTS_OF_WIDE_PATTERNS = [
    ("IVPIC6SNM27QOJ.6 V72", "H", 0),  # not 5
    ("HZVCS5F/4NYV", "H", 7),  # not 6
    ("3BSXY YU0V2U*GR2X%7GZVF0Q7 MS8/Z+07J%5W/", "H", 6),  # not 2
    ("V855536SF19NETPNHC95IOODJDBIBDI X:G-YJZ3", "Q", 7),  # not 3
]

Capacities = dict[tuple[int, str], int]


@dataclass(frozen=True)
class Drawn:
    text: str
    level: str
    raise_level: bool
    bits: bytes


@pytest.fixture(scope="module")
def library() -> Libqrcodegen:
    try:
        return Libqrcodegen()
    except OSError:
        pytest.skip("libqrcodegen.so.1 is missing: apt-get install libqrcodegen1")


@pytest.fixture(scope="module")
def capacities(library: Libqrcodegen) -> Capacities:
    return {(version, level): library.capacity(version, level) for version in VERSIONS for level in LEVELS}


def lengths(capacities: Capacities, version: int, level: str) -> tuple[int, int]:
    """The shortest and the longest text that get the version."""
    shortest = capacities[version - 1, level] + 1 if version > 1 else 1
    return shortest, capacities[version, level]


def wanted_versions(n: int) -> Iterator[tuple[int, str]]:
    """`n` pairs of version and level: N_SMALL of small versions at most, all others of all."""
    everything = [(version, level) for version in VERSIONS for level in LEVELS]
    small = [(version, level) for version, level in everything if version <= SMALL]
    n_small = min(N_SMALL, n // 8 * 7)
    return chain(islice(cycle(small), n_small), islice(cycle(everything), n - n_small))


@pytest.fixture(scope="module")
def drawn_by_library(library: Libqrcodegen, capacities: Capacities) -> list[Drawn]:
    """Random texts, some of few characters, every third as short or as long as any of its version."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    symbols = []
    for version, level in wanted_versions(N_SYMBOLS):
        shortest, longest = lengths(capacities, version, level)
        length = chance.choice([shortest, longest, *(chance.randint(shortest, longest) for _ in range(4))])
        characters = ALPHABET if chance.random() < 0.8 else chance.sample(ALPHABET, chance.randint(1, 4))
        text = "".join(chance.choices(characters, k=length))
        raise_level = chance.random() < 0.25
        bits = library.bits(text, level=level, raise_level=raise_level)
        assert bits is not None
        symbols.append(Drawn(text, level, raise_level, bits))
    return symbols


def test_random_texts_give_the_symbols_of_libqrcodegen(drawn_by_library: list[Drawn], cpu_level: str) -> None:
    for level in LEVELS:
        for raise_level in (False, True):
            expected = [
                drawn
                for drawn in drawn_by_library
                if (drawn.level, drawn.raise_level) == (level, raise_level)
            ]
            painter = _core.QrPainter(picture="bits", level=level, raise_level=raise_level)
            pictures = painter.draw(pa.array([drawn.text for drawn in expected], pa.string()))
            for drawn, bits in zip(expected, pictures.to_pylist(), strict=True):
                assert bits == drawn.bits, drawn


@pytest.mark.parametrize("level", LEVELS)
def test_every_short_text_gives_the_symbol_of_libqrcodegen(
    library: Libqrcodegen, cpu_level: str, level: str
) -> None:
    text = (ALPHABET * 3)[:100]
    for n in range(1, len(text) + 1):
        assert _core.qr_symbol(text[-n:], level=level).bits == library.bits(text[-n:], level=level)


@pytest.mark.parametrize("level", LEVELS)
def test_every_version_is_filled_before_the_next_is_taken(cpu_level: str, level: str) -> None:
    for version, following in pairwise(VERSIONS):
        full = "A" * CHARACTERS[level][version - 1]
        assert _core.qr_symbol(full, level=level).version == version
        assert _core.qr_symbol(full + "A", level=level).version == following


@pytest.mark.parametrize("level", LEVELS)
def test_version_40_is_the_last(library: Libqrcodegen, capacities: Capacities, level: str) -> None:
    full = ":" * capacities[40, level]
    symbol = _core.qr_symbol(full, level=level)
    assert (symbol.version, symbol.side, symbol.bits) == (40, 177, library.bits(full, level=level))
    with pytest.raises(QrTextUnfit, match="characters are too many"):
        _core.qr_symbol(full + ":", level=level)


@pytest.mark.parametrize(("text", "level", "mask"), TEXTS_OF_WIDE_PATTERNS)
def test_finder_like_patterns_of_two_modules_a_unit_count(
    library: Libqrcodegen, cpu_level: str, text: str, level: str, mask: int
) -> None:
    symbol = _core.qr_symbol(text, level=level)
    assert symbol.mask == mask
    assert symbol.bits == library.bits(text, level=level)


def test_the_level_is_raised_as_far_as_the_version_allows(capacities: Capacities, cpu_level: str) -> None:
    for version in (1, 9, 17):
        text = "A" * capacities[version, "Q"]
        raised = _core.qr_symbol(text, level="L", raise_level=True)
        kept = _core.qr_symbol(text, level="L")
        assert kept.level == "L"
        assert raised.version == kept.version
        assert len(text) <= capacities[raised.version, raised.level]
        higher = LEVELS[LEVELS.index(raised.level) + 1 :]
        assert all(len(text) > capacities[raised.version, level] for level in higher)
    assert _core.qr_symbol("A", level="L", raise_level=True).level == "H"


def test_a_text_needs_a_character(cpu_level: str) -> None:
    with pytest.raises(QrTextUnfit, match="the text is empty"):
        _core.qr_symbol("")


@pytest.mark.parametrize("n", [1, 2, 9, 10, 11, 25])
def test_a_character_outside_the_alphabet_is_found_wherever_it_stands(cpu_level: str, n: int) -> None:
    # 10 characters are taken at a time, then pairs, then a last one.
    for at in range(n):
        for wrong in "abz!\"#&'(),;<=>?@[\\]^_`{|}~\x00\x7f":
            with pytest.raises(QrTextUnfit, match="has a character outside"):
                _core.qr_symbol("A" * at + wrong + "A" * (n - at - 1))


def test_every_byte_but_the_45_is_outside_the_alphabet(cpu_level: str) -> None:
    painter = _core.QrPainter(picture="bits")
    for code in range(256):
        text = pa.array([bytes([code])], pa.binary()).view(pa.string())  # a byte above 127 is no UTF-8
        if chr(code) in ALPHABET:
            assert painter.draw(text)[0].as_py() == _core.qr_symbol(chr(code)).bits
        else:
            with pytest.raises(QrTextUnfit, match="has a character outside"):
                painter.draw(text)
