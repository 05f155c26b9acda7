"""The wrong names and births: what stands in a shot whose person was planted with such a fault."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from signer.synthetic import dates
from signer.synthetic.draws import Ints, chance, draw, slots
from signer.synthetic.people import (
    FAMILY_PARTS,
    GIVEN_COUNT,
    GIVEN_PARTS,
    GIVEN_START,
    MIDDLE_COUNT,
    MIDDLE_PARTS,
    MIDDLE_START,
    NO_FAMILY,
    NO_MIDDLE,
    Names,
    People,
)
from signer.synthetic.planted import Detail
from signer.synthetic.writings import Writing

__all__ = ["UNREADABLE_NAMES", "name_texts", "shown_writings", "wrong_births", "wrong_names"]

# Control characters, signs only, blanks only: nothing that a certificate could carry.
UNREADABLE_NAMES = ("Nguyễn\x07Văn An", "Trần Thị\x1fHoa", "-", "'", "??", "Lê \u0085 Nam")

# No errors: a matcher must see through them.
HARMLESS = {
    Writing.PLAIN: (87, Detail.NONE),
    Writing.UPPER_CASE: (4, Detail.UPPER_CASE),
    Writing.LOWER_CASE: (1, Detail.LOWER_CASE),
    Writing.DECOMPOSED: (2, Detail.DECOMPOSED),
    Writing.OTHER_TONE_PLACE: (3, Detail.OTHER_TONE_PLACE),
    Writing.ICELANDIC_D: (0.5, Detail.LOOK_ALIKE),
    Writing.AFRICAN_D: (0.5, Detail.LOOK_ALIKE),
    Writing.PLAIN_D: (1, Detail.PLAIN_D),
    Writing.SPACING: (1, Detail.SPACING),
}
WRITING_SLOTS = slots([share for share, _ in HARMLESS.values()])
WRITING_DETAILS = np.array([detail for _, detail in HARMLESS.values()], dtype=np.int64)

NAME_FAULTS = {
    Detail.GIVEN_NAME_REPLACED: 24,
    Detail.MIDDLE_NAME_REPLACED: 18,
    Detail.FAMILY_NAME_REPLACED: 6,
    Detail.MIDDLE_NAME_LOST: 8,
    Detail.LETTER_LOST: 10,
    Detail.MARKS_LOST: 18,
    Detail.TONE_CONFUSED: 12,
    Detail.TYPED_AS_TELEX: 4,
}
NAME_FAULT_SLOTS = slots(list(NAME_FAULTS.values()))
NAME_FAULT_DETAILS = np.array(list(NAME_FAULTS), dtype=np.int64)

BIRTH_FAULTS = np.array([Detail.DAY_MONTH_SWAPPED, Detail.YEAR_ONLY, Detail.ONE_DIGIT, Detail.OTHER])
BIRTH_FAULT_SLOTS = slots([30, 25, 35, 10])
DIGIT_PLACE_SLOTS = slots([50, 20, 30])


def name_texts(names: Names, writings: Ints, given_writings: Ints | None = None) -> pa.StringArray:
    """Full names, family name first, in the given writings."""
    return pc.binary_join_element_wise(
        FAMILY_PARTS.texts(names.family, writings),
        MIDDLE_PARTS.texts(names.middle, writings),
        GIVEN_PARTS.texts(names.given, writings if given_writings is None else given_writings),
        "",
    )


def shown_writings(rng: np.random.Generator, names: Names, n: int) -> tuple[Ints, Ints]:
    """The harmless writing in which each person's name stands in the shots, and its Detail where it shows."""
    writings = draw(rng, WRITING_SLOTS, n)
    shows = (
        FAMILY_PARTS.shows(names.family, writings)
        | MIDDLE_PARTS.shows(names.middle, writings)
        | GIVEN_PARTS.shows(names.given, writings)
    )
    return writings, np.where(shows, WRITING_DETAILS[writings], int(Detail.NONE))


def _replaced(rng: np.random.Generator, parts: Ints, start: Ints | np.int64, count: Ints | np.int64) -> Ints:
    """Another part of the same range of the table."""
    step = 1 + (rng.random(len(parts)) * (count - 1)).astype(np.int64)
    return np.asarray(start + (parts - start + step) % count, dtype=np.int64)


def _possible(names: Names, fault: Ints, writings: Ints) -> Ints:
    """The faults, and the given name replaced where one would leave the name as it is or cannot be."""
    no_family, no_middle = names.family == NO_FAMILY, names.middle == NO_MIDDLE
    given_differs = GIVEN_PARTS.differs(names.given, writings)
    elsewhere = FAMILY_PARTS.differs(names.family, writings) | MIDDLE_PARTS.differs(names.middle, writings)
    void = np.select(
        [
            writings == Writing.LETTER_LOST,
            writings != Writing.PLAIN,
            fault == Detail.FAMILY_NAME_REPLACED,
            fault == Detail.MIDDLE_NAME_REPLACED,
            fault == Detail.MIDDLE_NAME_LOST,
        ],
        [~given_differs, ~(elsewhere | given_differs), no_family, no_middle, ~_has_text(names)],
        False,
    )
    return np.where(void, int(Detail.GIVEN_NAME_REPLACED), fault)


def _has_text(names: Names) -> np.ndarray:
    """Whether there is a middle name to lose."""
    return MIDDLE_PARTS.shows(names.middle, np.full(len(names.middle), int(Writing.UPPER_CASE)))


def _writings_of(fault: Ints) -> Ints:
    return np.select(
        [
            fault == Detail.MARKS_LOST,
            fault == Detail.TONE_CONFUSED,
            fault == Detail.TYPED_AS_TELEX,
            fault == Detail.LETTER_LOST,
        ],
        [int(Writing.BARE), int(Writing.TONE_CONFUSED), int(Writing.TELEX), int(Writing.LETTER_LOST)],
        int(Writing.PLAIN),
    )


def wrong_names(rng: np.random.Generator, people: People, rows: Ints) -> tuple[pa.StringArray, Ints]:
    """For the Vietnamese in `rows` a name that is not theirs, however one compares, and its Detail."""
    names, sex = people.names.of(rows), people.sex[rows]
    drawn = NAME_FAULT_DETAILS[draw(rng, NAME_FAULT_SLOTS, len(rows))]
    fault = _possible(names, drawn, _writings_of(drawn))
    families, middles = (np.int64(0), np.int64(NO_FAMILY)), (MIDDLE_START[sex], MIDDLE_COUNT[sex])
    family = _replaced(rng, names.family, *families)
    middle = _replaced(rng, names.middle, *middles)
    given = _replaced(rng, names.given, GIVEN_START[sex], GIVEN_COUNT[sex])
    middle = np.where(fault == Detail.MIDDLE_NAME_LOST, NO_MIDDLE, middle)
    new_middle = (fault == Detail.MIDDLE_NAME_REPLACED) | (fault == Detail.MIDDLE_NAME_LOST)
    faulty = Names(
        np.where(fault == Detail.FAMILY_NAME_REPLACED, family, names.family),
        np.where(new_middle, middle, names.middle),
        np.where(fault == Detail.GIVEN_NAME_REPLACED, given, names.given),
    )
    given_writings = _writings_of(fault)
    of_all = np.where(given_writings == Writing.LETTER_LOST, int(Writing.PLAIN), given_writings)
    return name_texts(faulty, of_all, given_writings), fault


def wrong_births(rng: np.random.Generator, people: People, rows: Ints) -> tuple[Ints, Ints]:
    """For the people in `rows` a date (index into dates.TEXTS) other than the registered one, and its Detail.

    Of whom the register knows the year alone, the year has a wrong digit.
    """
    born = people.born[rows]
    fault = BIRTH_FAULTS[draw(rng, BIRTH_FAULT_SLOTS, len(rows))]
    year_known = people.registered_birth[rows] != born
    swapped, shift = dates.swapped(born), rng.integers(1, 10, len(rows))
    no_swap = (fault == Detail.DAY_MONTH_SWAPPED) & (swapped == born)
    fault = np.where(year_known | no_swap, int(Detail.ONE_DIGIT), fault)
    one_digit = dates.with_digit(born, draw(rng, DIGIT_PLACE_SLOTS, len(rows)), shift)
    wrong = np.select(
        [fault == Detail.DAY_MONTH_SWAPPED, fault == Detail.YEAR_ONLY, fault == Detail.OTHER],
        [swapped, dates.year_only(born), dates.other_date(born, chance(rng, len(rows), 0.5))],
        one_digit,
    )
    return np.where(year_known, dates.year_only(dates.with_year(born, shift)), wrong), fault
