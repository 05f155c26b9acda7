"""The filter: no revoked certificate is missed, and others are taken for one no oftener than promised."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pytest
from revoking.filter_reader import ReadFilter

from signer.revoking.filter import FilterShape, fill_filter, filter_text, shape_for

NOW = datetime(2022, 6, 1, 12, 30, 59, 999_999, tzinfo=UTC)
AT_A_TIME = 500_000


def drawn(n: int, seed: int) -> npt.NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (n, 16), np.uint8)


def n_hit(bits: npt.NDArray[np.uint8], shape: FilterShape, hashes: npt.NDArray[np.uint8]) -> int:
    """How many are found, looked up in another way than they were put in."""
    words = np.frombuffer(hashes.tobytes(), ">u8").reshape(-1, 2).astype(np.uint64)
    for i in range(shape.hashes):
        places = (words[:, 0] + np.uint64(i) * (words[:, 1] | np.uint64(1))) % np.uint64(shape.bits)
        is_set = (
            bits[(places >> np.uint64(3)).astype(np.int64)] >> (places & np.uint64(7)).astype(np.uint8) & 1
        )
        words = words[is_set.astype(bool)]
    return len(words)


def measured(n_entries: int, rate: float, n_others: int, seed: int) -> int:
    """How many of others than the entries are found."""
    shape = shape_for(n_entries, rate)
    bits = fill_filter(drawn(n_entries, seed), shape)
    times = n_others // AT_A_TIME
    return sum(n_hit(bits, shape, drawn(AT_A_TIME, 1000 * seed + time)) for time in range(1, times + 1))


def most_allowed(n_others: int, rate: float) -> float:
    """The promised number and four of its standard deviations: above it less than once in 10,000 draws."""
    expected = n_others * rate
    return expected + 4 * expected**0.5 + 1


@pytest.mark.parametrize("n_entries", [1, 2, 17, 1000, 20_000])
def test_every_entry_is_found_by_the_words_of_the_page(n_entries: int) -> None:
    hashes = drawn(n_entries, n_entries)
    read = ReadFilter.of(filter_text(hashes, "VN", NOW, 1e-7))
    assert all(read.has(row.tobytes()) for row in hashes[:2000])


def test_what_is_found_is_what_the_words_of_the_page_find() -> None:
    """At a rate at which many others are, too."""
    read = ReadFilter.of(filter_text(drawn(500, 1), "VN", NOW, 0.1))
    shape, others = shape_for(500, 0.1), drawn(3000, 2)
    bits = fill_filter(drawn(500, 1), shape)
    found = [read.has(row.tobytes()) for row in others]
    assert sum(found) == n_hit(bits, shape, others) > 50


@pytest.mark.parametrize(
    ("n_entries", "rate"),
    [(1, 1e-4), (10, 1e-3), (300, 1e-4), (5000, 1e-4), (100_000, 1e-3), (100_000, 1e-5)],
)
def test_others_are_found_no_oftener_than_promised(n_entries: int, rate: float) -> None:
    n_others = 1_000_000
    assert measured(n_entries, rate, n_others, seed=n_entries) <= most_allowed(n_others, rate)


@pytest.mark.long
@pytest.mark.parametrize("n_entries", [1, 100, 10_000, 1_000_000])
@pytest.mark.parametrize("rate", [1e-7, 1e-6, 1e-5])
def test_of_ten_million_others_no_more_are_found_than_promised(n_entries: int, rate: float) -> None:
    n_others = 10_000_000
    assert measured(n_entries, rate, n_others, seed=n_entries + 1) <= most_allowed(n_others, rate)


def test_few_entries_get_more_bits_than_many_so_that_progressions_do_not_coincide() -> None:
    assert shape_for(1, 1e-7).bits > 30 * shape_for(1_000_000, 1e-7).bits / 1_000_000
    for n_entries in (1, 10, 1000, 12_345, 10**6, 10**7):
        shape = shape_for(n_entries, 1e-7)
        assert shape.bits % 8 == 0
        assert shape.bits // 8 % 2 == 1, "a power of two would let ten times as many progressions degenerate"
        assert shape.hashes == 24


def test_a_million_entries_take_less_than_five_bytes_each() -> None:
    assert shape_for(1_000_000, 1e-7).bits / 8 < 5_000_000


def test_the_file_is_one_line_of_json_with_sorted_keys() -> None:
    text = filter_text(drawn(3, 1), "VN", NOW, 1e-7)
    content = json.loads(text)
    assert text == json.dumps(content, sort_keys=True) + "\n"
    about = {name: content[name] for name in content if name not in ("filter", "bits")}
    assert about == {
        "format": "signer revocation filter",
        "version": 1,
        "country": "VN",
        "made_at": "2022-06-01T12:30:59Z",
        "hash_type": "COUNTRYCODEUCI",
        "entries": 3,
        "false_positive_rate": 1e-7,
        "hashes": 24,
    }


def test_nothing_revoked_is_one_byte_of_zero() -> None:
    content = json.loads(filter_text(drawn(0, 1), "VN", NOW, 1e-7))
    assert (content["entries"], content["bits"], content["filter"]) == (0, 8, "AA==")
    assert not ReadFilter.of(json.dumps(content)).has(b"\0" * 16)
