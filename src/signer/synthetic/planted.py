"""The errors planted in the shots: their classes, their shares (March 2022) and which rows get which."""

from __future__ import annotations

import enum

import numpy as np

from signer.synthetic.draws import Flags, Ints, chance, draw, slots

__all__ = ["CLASSES", "DOSES_SHARES", "Planted", "plant_people", "plant_shots"]


class Planted(enum.IntEnum):
    """The error of a row; NONE is null in the truth table. Up to NUMBER_MALFORMED they belong to a person."""

    NONE = 0
    NAME_DIFFERS = 1
    BIRTH_DATE_DIFFERS = 2
    BOTH_DIFFER = 3
    PERSON_NOT_FOUND = 4
    NUMBER_MISSING = 5
    NUMBER_MALFORMED = 6
    DUPLICATE_SHOT = 7
    DOSE_IMPOSSIBLE = 8
    DATE_IN_FUTURE = 9
    DATE_IMPOSSIBLE = 10
    VACCINE_UNKNOWN = 11
    NAME_UNREADABLE = 12


CLASSES = tuple(planted.name.lower() for planted in Planted if planted)
"""Names of the classes in the truth table: class number 1 comes first."""

# Million people of 76.6: 51.5 right, 19.0 wrong, 2.6 not found, 3.5 with no number or a malformed one. How
# the 19.0 and the 3.5 divide was not published: assumed.
PEOPLE_SHARES = {
    Planted.NONE: 51.5,
    Planted.NAME_DIFFERS: 9.0,
    Planted.BIRTH_DATE_DIFFERS: 7.5,
    Planted.BOTH_DIFFER: 2.5,
    Planted.PERSON_NOT_FOUND: 2.6,
    Planted.NUMBER_MISSING: 2.0,
    Planted.NUMBER_MALFORMED: 1.5,
}
PEOPLE_SLOTS = slots(list(PEOPLE_SHARES.values()))

WRONG_SHARE = 41_431_114 / 154_000_402
"""Of all shots."""

# Of all shots; no figures were published for these: small, but enough to be met.
SHOT_SHARES = {
    Planted.DUPLICATE_SHOT: 0.003,
    Planted.DOSE_IMPOSSIBLE: 0.0005,
    Planted.DATE_IN_FUTURE: 0.0005,
    Planted.DATE_IMPOSSIBLE: 0.0005,
    Planted.VACCINE_UNKNOWN: 0.0005,
    Planted.NAME_UNREADABLE: 0.0005,
}

DOSES_SHARES = (0.13, 0.735, 0.13, 0.005)
"""People with 1, 2, 3, 4 doses: 2.01 each, as 154 M shots of 76.6 M people."""


def _further_wrong() -> float:
    """How likely a further shot of a person with an error has it too, for both shares to hold.

    A person not found has nothing but wrong shots; of any other person with an error one shot is wrong for
    sure.
    """
    total = sum(PEOPLE_SHARES.values())
    not_found = PEOPLE_SHARES[Planted.PERSON_NOT_FOUND] / total
    partly = 1 - not_found - PEOPLE_SHARES[Planted.NONE] / total
    doses = sum(share * (place + 1) for place, share in enumerate(DOSES_SHARES))
    wanted = (WRONG_SHARE - sum(SHOT_SHARES.values()) - not_found) * doses / partly
    return (wanted - 1) / (doses - 1)


FURTHER_WRONG = _further_wrong()
OF_RIGHT_ROWS = 1 / (1 - WRONG_SHARE + sum(SHOT_SHARES.values()))
SHOT_SLOTS = slots(
    [
        1 - sum(SHOT_SHARES.values()) * OF_RIGHT_ROWS,
        *(share * OF_RIGHT_ROWS for share in SHOT_SHARES.values()),
    ]
)


def plant_people(rng: np.random.Generator, foreign: Flags) -> Ints:
    """The error class of each person; a foreigner is held against no register and has none."""
    return np.where(foreign, int(Planted.NONE), draw(rng, PEOPLE_SLOTS, len(foreign)))


def plant_shots(rng: np.random.Generator, of_person: Ints, dose: Ints, doses: Ints) -> Ints:
    """The error class of each shot.

    `of_person` is the class of its person, `dose` its place (0 the first) among the `doses` of the person.
    Shots of one person stand together, in the order of doses.
    """
    n = len(of_person)
    starts = np.flatnonzero(dose == 0)
    certain = np.repeat((rng.random(len(starts)) * doses[starts]).astype(np.int64), doses[starts])
    has_it = (dose == certain) | (of_person == Planted.PERSON_NOT_FOUND) | chance(rng, n, FURTHER_WRONG)
    planted = np.where(has_it, of_person, int(Planted.NONE))
    classes = np.array([0, *SHOT_SHARES], dtype=np.int64)
    own = classes[draw(rng, SHOT_SLOTS, n)]
    return np.where(planted == Planted.NONE, own, planted)
