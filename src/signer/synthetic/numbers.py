"""Citizen numbers (CCCD), old identity numbers (CMND) and passports; each is given out once."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from signer.synthetic import dates, places
from signer.synthetic.digits import Characters, characters_to_text, digits, scatter
from signer.synthetic.draws import Ints
from signer.synthetic.names import FOREIGN
from signer.synthetic.people import People
from signer.synthetic.planted import Detail, Fault

__all__ = [
    "MAX_PEOPLE",
    "NumberOffice",
    "contradictions",
    "malformed",
    "mistyped",
    "number_texts",
    "old_numbers",
]

CCCD_DIGITS, CMND_DIGITS, PASSPORT_CHARACTERS = 12, 9, 9
SERIAL_START = 6  # of a citizen number: province 3, century and sex 1, year of birth 2, then serial digits
WIDTH = CCCD_DIGITS + 1  # room for a digit too many
ZERO = ord("0")
PASSPORT_LETTERS = np.array([0, *(ord(letter) for letter, _, _ in FOREIGN.values())], dtype=np.uint8)
N_CELLS = len(places.PROVINCE_CODES) * 4 * 100
MAX_PEOPLE = 80_000_000
"""The largest province and year then stays below the 100,000 numbers that five digits can tell apart."""
PAST_CENTURIES = 4  # century and sex digits 0 to 3: those of the 1900s and 2000s
MALFORMED_CCCD = (
    Detail.DIGIT_ADDED,
    Detail.DIGIT_LOST,
    Detail.ZERO_LOST,
    Detail.NOT_DIGITS,
    Detail.PROVINCE_CODE,
    Detail.CENTURY_DIGIT,
)
MALFORMED_CMND = (Detail.DIGIT_ADDED, Detail.DIGIT_LOST, Detail.NOT_DIGITS)


def _with_check_digit(leading: Characters) -> Characters:
    """One digit more, such that a single mistyped digit never makes another number that was given out.

    Real numbers have none. Here it keeps a mistyped number from being another person's by accident, which no
    truth could tell.
    """
    n, width = leading.shape
    weights = np.where(np.arange(width) % 2 == width % 2, 1, 3).astype(np.int16)
    total = (leading - ZERO).astype(np.int16) @ weights
    out = np.empty((n, width + 1), dtype=np.uint8)
    out[:, :width] = leading
    out[:, width] = ZERO + (-total) % 10
    return out


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

    def issue(self, people: People, faults: Ints) -> tuple[Characters, Ints]:
        """Each person's number as characters, shape (n, 13), and its length: 12, or 9 (CMND, passport).

        Who has the fault REGISTER_CONTRADICTS gets a number that tells the other sex or another year.
        """
        wrong_sex, wrong_year = contradictions(people, faults)
        year = dates.YEAR_OF_DAY[people.born] + np.where(wrong_year, -1, 0)
        century_and_sex = 2 * (year // 100 - 19) + (people.sex ^ wrong_sex)
        cells = (people.birth_province * 4 + century_and_sex) * 100 + year % 100
        personal = scatter(self._serials(cells), cells * 7919, 10**5)
        prefix = (places.PROVINCE_CODES[people.birth_province] * 10 + century_and_sex) * 100 + year % 100
        out = np.zeros((people.n, WIDTH), dtype=np.uint8)
        out[:, :CCCD_DIGITS] = _with_check_digit(digits(prefix * 10**5 + personal, CCCD_DIGITS - 1))
        old, abroad = np.flatnonzero(people.has_cmnd), np.flatnonzero(people.foreign)
        out[old, :CMND_DIGITS] = old_numbers(people, old)
        out[abroad, 0] = PASSPORT_LETTERS[people.nationality[abroad]]
        out[abroad, 1:PASSPORT_CHARACTERS] = digits(scatter(people.first + abroad, 0, 10**8), 8)
        lengths = np.full(people.n, CCCD_DIGITS, dtype=np.int64)
        lengths[old], lengths[abroad] = CMND_DIGITS, PASSPORT_CHARACTERS
        return out, lengths


def contradictions(people: People, faults: Ints) -> tuple[Ints, Ints]:
    """Whose number tells the other sex, and whose another year of birth, as 0 and 1."""
    contradicts = faults == Fault.REGISTER_CONTRADICTS
    by_sex = contradicts & (people.born % 2 == 0)
    return by_sex.astype(np.int64), (contradicts & ~by_sex).astype(np.int64)


def old_numbers(people: People, rows: Ints) -> Characters:
    """The CMND that some people have or had, shape (n, 9)."""
    return _with_check_digit(digits(scatter(people.first + rows, 0, 10**8), CMND_DIGITS - 1))


def number_texts(numbers: Characters, lengths: Ints) -> pa.StringArray:
    """The numbers as strings."""
    return characters_to_text(numbers, lengths)


def mistyped(rng: np.random.Generator, numbers: Characters, lengths: Ints) -> Characters:
    """The same numbers with one digit changed that tells nothing: among the serial ones, or any of a CMND."""
    rows = np.arange(len(numbers))
    first = np.where(lengths == CCCD_DIGITS, SERIAL_START, 0)
    place = first + (rng.random(len(numbers)) * (lengths - first)).astype(np.int64)
    out = numbers.copy()
    out[rows, place] = ZERO + (out[rows, place] - ZERO + rng.integers(1, 10, len(numbers))) % 10
    return out


def malformed(rng: np.random.Generator, numbers: Characters, lengths: Ints) -> tuple[Characters, Ints, Ints]:
    """The same numbers in forms that no number has, their lengths, and how each was spoilt (Detail)."""
    n = len(numbers)
    of_cccd, of_cmnd = np.array(MALFORMED_CCCD)[rng.integers(0, 6, n)], np.array(MALFORMED_CMND)
    detail = np.where(lengths == CCCD_DIGITS, of_cccd, of_cmnd[rng.integers(0, 3, n)])
    out, spoilt = numbers.copy(), lengths.copy()
    added = np.flatnonzero(detail == Detail.DIGIT_ADDED)
    out[added, lengths[added]] = ZERO + rng.integers(0, 10, len(added))
    spoilt[added] += 1
    spoilt[(detail == Detail.DIGIT_LOST) | (detail == Detail.ZERO_LOST)] -= 1
    zero_lost = np.flatnonzero(detail == Detail.ZERO_LOST)
    out[zero_lost, :-1] = out[zero_lost, 1:]
    letters = np.flatnonzero(detail == Detail.NOT_DIGITS)
    out[letters, 3], out[letters, 5] = ord("O"), ord("-")
    elsewhere = np.flatnonzero(detail == Detail.PROVINCE_CODE)
    codes = places.NO_PROVINCE_CODES[rng.integers(0, len(places.NO_PROVINCE_CODES), len(elsewhere))]
    out[elsewhere, :3] = digits(codes, 3)
    century = np.flatnonzero(detail == Detail.CENTURY_DIGIT)
    out[century, 3] = ZERO + rng.integers(PAST_CENTURIES, 10, len(century))
    return out, spoilt, detail
