"""Citizen numbers (CCCD), old identity numbers (CMND), passports and telephones; each is given out once."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from signer.synthetic import dates, places
from signer.synthetic.digits import Characters, characters_to_text, digits, fixed_text, scatter
from signer.synthetic.draws import Ints, chance
from signer.synthetic.names import FOREIGN
from signer.synthetic.people import People

__all__ = ["NumberOffice", "malformed", "number_texts", "phone_texts"]

CCCD_DIGITS, CMND_DIGITS, PASSPORT_CHARACTERS = 12, 9, 9
WIDTH = CCCD_DIGITS + 1  # room for a digit too many
CMND_SHARE_OF_OLDER = 0.05
PHONE_MISSING_SHARE = 0.08
MOBILE_PREFIXES = np.array(
    [
        32,
        33,
        34,
        35,
        36,
        37,
        38,
        39,
        70,
        76,
        77,
        79,
        81,
        82,
        83,
        84,
        85,
        86,
        88,
        89,
        90,
        91,
        93,
        94,
        96,
        97,
        98,
    ]
)
PASSPORT_LETTERS = np.array([0, *(ord(letter) for letter, _, _ in FOREIGN.values())], dtype=np.uint8)
N_CELLS = len(places.PROVINCE_CODES) * 4 * 100
MAX_PEOPLE = 100_000_000
"""The largest province and year then stays below the million numbers that six digits can tell apart."""


class NumberOffice:
    """Gives out numbers; remembers how many citizen numbers each province, sex and year of birth has had."""

    def __init__(self) -> None:
        self._given_out = np.zeros(N_CELLS, dtype=np.int64)

    def _serials(self, cells: Ints) -> Ints:
        """The running number of each person within the cell, over all chunks so far."""
        order = np.argsort(cells, kind="stable")
        in_order = cells[order]
        starts = np.searchsorted(in_order, in_order)
        serials = np.empty(len(cells), dtype=np.int64)
        serials[order] = np.arange(len(cells)) - starts + self._given_out[in_order]
        self._given_out += np.bincount(cells, minlength=N_CELLS)
        return serials

    def issue(self, rng: np.random.Generator, people: People) -> tuple[Characters, Ints]:
        """Each person's number as characters, shape (n, 13), and its length: 12, or 9 (CMND, passport)."""
        year = dates.YEAR_OF_DAY[people.born]
        century_and_sex = 2 * (year // 100 - 19) + people.sex
        cells = (people.province * 4 + century_and_sex) * 100 + year % 100
        personal = scatter(self._serials(cells), cells * 7919, 10**6)
        prefix = (places.PROVINCE_CODES[people.province] * 10 + century_and_sex) * 100 + year % 100
        out = np.zeros((people.n, WIDTH), dtype=np.uint8)
        out[:, :CCCD_DIGITS] = digits(prefix * 10**6 + personal, CCCD_DIGITS)
        old = np.flatnonzero((year < 1990) & ~people.foreign & chance(rng, people.n, CMND_SHARE_OF_OLDER))
        out[old, :CMND_DIGITS] = digits(scatter(people.first + old, 0, 10**9), CMND_DIGITS)
        abroad = np.flatnonzero(people.foreign)
        out[abroad, 0] = PASSPORT_LETTERS[people.nationality[abroad]]
        out[abroad, 1:PASSPORT_CHARACTERS] = digits(scatter(people.first + abroad, 0, 10**8), 8)
        lengths = np.full(people.n, CCCD_DIGITS, dtype=np.int64)
        lengths[old], lengths[abroad] = CMND_DIGITS, PASSPORT_CHARACTERS
        return out, lengths


def number_texts(numbers: Characters, lengths: Ints) -> pa.StringArray:
    """The numbers as strings."""
    return characters_to_text(numbers, lengths)


def malformed(rng: np.random.Generator, numbers: Characters, lengths: Ints) -> tuple[Characters, Ints]:
    """The same numbers with a digit too many, a digit lost (of 12), or a letter and a dash in them."""
    n = len(numbers)
    kind = rng.integers(0, 3, n)
    out, spoilt = numbers.copy(), lengths.copy()
    lost = (kind == 0) & (lengths == CCCD_DIGITS)
    spoilt[lost] -= 1
    longer = np.flatnonzero((kind == 1) | ((kind == 0) & ~lost))
    out[longer, lengths[longer]] = ord("0") + rng.integers(0, 10, len(longer))
    spoilt[longer] += 1
    mistyped = np.flatnonzero(kind == 2)
    out[mistyped, 3], out[mistyped, 5] = ord("O"), ord("-")
    return out, spoilt


def phone_texts(rng: np.random.Generator, n: int) -> pa.StringArray:
    """Mobile numbers, 0 and nine digits; 8 % have none."""
    prefixes = MOBILE_PREFIXES[rng.integers(0, len(MOBILE_PREFIXES), n)]
    texts = fixed_text(digits(prefixes * 10**7 + rng.integers(0, 10**7, n), 10))
    without = chance(rng, n, PHONE_MISSING_SHARE)
    return texts.take(pa.array(np.arange(n), mask=without))
