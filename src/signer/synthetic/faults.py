"""The wrong values: what stands in a shot whose person's name, birth or number was planted with an error."""

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
    Names,
    People,
)
from signer.synthetic.writings import Writing

__all__ = ["UNREADABLE_NAMES", "name_texts", "shown_writings", "wrong_births", "wrong_names"]

# Control characters, signs only, blanks only: nothing that a certificate could carry.
UNREADABLE_NAMES = ("Nguyễn\x07Văn An", "Trần Thị\x1fHoa", "-", "'", "??", "Lê \u0085 Nam")

# Plain, upper case, decomposed, tone on the other vowel: no errors, a matcher must see through them.
WRITING_SLOTS = slots([92, 4, 2, 2])
NAME_FAULT_SLOTS = slots([30, 25, 10, 20, 15])
GIVEN_REPLACED, MIDDLE_REPLACED, FAMILY_REPLACED, MARKS_LOST, TONE_CONFUSED = range(5)


def name_texts(names: Names, writings: Ints) -> pa.StringArray:
    """Full names, family name first, in the given writings."""
    return pc.binary_join_element_wise(
        FAMILY_PARTS.texts(names.family, writings),
        MIDDLE_PARTS.texts(names.middle, writings),
        GIVEN_PARTS.texts(names.given, writings),
        "",
    )


def shown_writings(rng: np.random.Generator, n: int) -> Ints:
    """The harmless writing in which each person's name stands in the shots."""
    return draw(rng, WRITING_SLOTS, n)


def _replaced(rng: np.random.Generator, parts: Ints, start: Ints | np.int64, count: Ints | np.int64) -> Ints:
    """Another part of the same range of the table."""
    step = 1 + (rng.random(len(parts)) * (count - 1)).astype(np.int64)
    return np.asarray(start + (parts - start + step) % count, dtype=np.int64)


def wrong_names(rng: np.random.Generator, people: People, rows: Ints) -> pa.StringArray:
    """For the Vietnamese in `rows` a name that is not theirs: part replaced, marks lost, tones confused.

    Where a fault would leave the name as it is (no marks in it, no middle name), the given name is replaced.
    """
    names = Names(people.names.family[rows], people.names.middle[rows], people.names.given[rows])
    fault = draw(rng, NAME_FAULT_SLOTS, len(rows))
    writings = np.select(
        [fault == MARKS_LOST, fault == TONE_CONFUSED], [Writing.BARE, Writing.TONE_CONFUSED], 0
    )
    one_name = names.family == FAMILY_PARTS.n_parts - 1
    differs = (
        FAMILY_PARTS.differs(names.family, writings)
        | MIDDLE_PARTS.differs(names.middle, writings)
        | GIVEN_PARTS.differs(names.given, writings)
    )
    void = np.where(fault >= MARKS_LOST, ~differs, one_name)
    fault = np.where(void, GIVEN_REPLACED, fault)
    sex = people.sex[rows]
    faulty = Names(
        np.where(
            fault == FAMILY_REPLACED,
            _replaced(rng, names.family, np.int64(0), np.int64(FAMILY_PARTS.n_parts - 1)),
            names.family,
        ),
        np.where(
            fault == MIDDLE_REPLACED,
            _replaced(rng, names.middle, MIDDLE_START[sex], MIDDLE_COUNT[sex]),
            names.middle,
        ),
        np.where(
            fault == GIVEN_REPLACED,
            _replaced(rng, names.given, GIVEN_START[sex], GIVEN_COUNT[sex]),
            names.given,
        ),
    )
    return name_texts(faulty, np.where(void, 0, writings))


def wrong_births(rng: np.random.Generator, people: People, rows: Ints) -> Ints:
    """For the people in `rows` a date (index into dates.TEXTS) other than the registered one.

    Day and month changed over, the year alone, or the last digit of the year wrong. The last is an error for
    everyone, also for those of whom the register knows the year alone.
    """
    born, registered = people.born[rows], people.registered_birth[rows]
    swap = chance(rng, len(rows), 0.5)
    wrong = np.where(swap, dates.swapped(born), dates.year_only(born))
    typed_wrong = dates.with_year(born, rng.integers(1, 10, len(rows)))
    no_error = (wrong == born) | (registered != born)
    return np.where(no_error | chance(rng, len(rows), 0.4), typed_wrong, wrong)
