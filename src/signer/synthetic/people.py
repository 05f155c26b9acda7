"""Draws a chunk of people: who they are in the population register, before anything is planted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signer.synthetic import dates, places
from signer.synthetic.draws import Flags, Ints, chance, draw, slots
from signer.synthetic.names import FAMILIES, FOREIGN, GIVEN, MIDDLE, foreign_names
from signer.synthetic.writings import PartTable

__all__ = [
    "FAMILY_PARTS",
    "GIVEN_PARTS",
    "MIDDLE_PARTS",
    "NATIONALITIES",
    "SEXES",
    "Names",
    "People",
    "draw_people",
]

SEXES = ("M", "F")
NATIONALITIES = ("VN", *FOREIGN)
FOREIGN_SHARE = 0.003
SINGLE_NAME_SHARE = 0.0005
YEAR_ONLY_SHARE = 0.01
ELSEWHERE_SHARE = 0.06

_middle = [list(MIDDLE[sex]) for sex in ("male", "female")]
_given = [list(GIVEN[sex]) for sex in ("male", "female")]
_foreign = [foreign_names(nationality) for nationality in FOREIGN]

FAMILY_PARTS = PartTable([*FAMILIES, ""], trailing=" ")
MIDDLE_PARTS = PartTable([*_middle[0], *_middle[1], ""], trailing=" ")
GIVEN_PARTS = PartTable([*_given[0], *_given[1], *(name for names in _foreign for name in names)])

# Where the parts of each sex and nationality begin in the tables, and how many there are.
NO_FAMILY, NO_MIDDLE = FAMILY_PARTS.n_parts - 1, MIDDLE_PARTS.n_parts - 1
MIDDLE_START = np.array([0, len(_middle[0])])
MIDDLE_COUNT = np.array([len(parts) for parts in _middle])
GIVEN_START = np.cumsum([0, *(len(parts) for parts in [*_given, *_foreign])])[:-1]
GIVEN_COUNT = np.array([len(parts) for parts in [*_given, *_foreign]])

FAMILY_SLOTS = slots(list(FAMILIES.values()))
MIDDLE_SLOTS = [slots(list(MIDDLE[sex].values())) for sex in ("male", "female")]
GIVEN_SLOTS = [slots([1 / (rank + 12) for rank in range(len(parts))]) for parts in [*_given, *_foreign]]
FOREIGNER_SLOTS = slots([34, 26, 10, 10, 8, 4, 4, 4])

# People aged 12 and over in 2021 by decade of birth, 1920s to 2000s, in percent.
DECADE_SLOTS = slots([0.4, 1.4, 3.5, 8.0, 12.5, 16.5, 20.5, 20.0, 17.2])


@dataclass(frozen=True)
class Names:
    """Part numbers in FAMILY_PARTS, MIDDLE_PARTS and GIVEN_PARTS, an entry a person."""

    family: Ints
    middle: Ints
    given: Ints


@dataclass(frozen=True)
class People:
    """A chunk of people, an entry a person: indices into SEXES, NATIONALITIES, places and dates.TEXTS."""

    first: int
    n: int
    sex: Ints
    nationality: Ints
    province: Ints
    born: Ints
    registered_birth: Ints
    names: Names
    visited_province: Ints
    facility: Ints

    @property
    def foreign(self) -> Flags:
        """Those who have a passport and stand in no register."""
        flags: Flags = self.nationality > 0
        return flags


def _draw_names(rng: np.random.Generator, sex: Ints, nationality: Ints) -> Names:
    n = len(sex)
    family, middle, given = draw(rng, FAMILY_SLOTS, n), np.empty(n, np.int64), np.empty(n, np.int64)
    for which in (0, 1):
        rows = np.flatnonzero(sex == which)
        middle[rows] = MIDDLE_START[which] + draw(rng, MIDDLE_SLOTS[which], len(rows))
        given[rows] = GIVEN_START[which] + draw(rng, GIVEN_SLOTS[which], len(rows))
    for foreign in range(1, len(NATIONALITIES)):
        rows = np.flatnonzero(nationality == foreign)
        given[rows] = GIVEN_START[foreign + 1] + draw(rng, GIVEN_SLOTS[foreign + 1], len(rows))
    alone = (nationality > 0) | chance(rng, n, SINGLE_NAME_SHARE)
    return Names(np.where(alone, NO_FAMILY, family), np.where(alone, NO_MIDDLE, middle), given)


def _draw_births(rng: np.random.Generator, n: int) -> Ints:
    """Days of birth: a decade by weight, a day of it at random."""
    decade = draw(rng, DECADE_SLOTS, n)
    starts = np.searchsorted(dates.YEAR_OF_DAY, dates.FIRST_YEAR + 10 * np.arange(10))
    length = np.diff(starts)
    return np.asarray(starts[decade] + (rng.random(n) * length[decade]).astype(np.int64), dtype=np.int64)


def draw_people(rng: np.random.Generator, first: int, n: int) -> People:
    """`n` people, numbered from `first` on."""
    sex = rng.integers(0, 2, n)
    foreigner = chance(rng, n, FOREIGN_SHARE)
    nationality = np.where(foreigner, 1 + draw(rng, FOREIGNER_SLOTS, n), 0)
    province = draw(rng, places.PROVINCE_SLOTS, n)
    born = _draw_births(rng, n)
    old = dates.YEAR_OF_DAY[born] < 1960
    year_only = old & chance(rng, n, YEAR_ONLY_SHARE / 0.2)
    visited = np.where(chance(rng, n, ELSEWHERE_SHARE), draw(rng, places.PROVINCE_SLOTS, n), province)
    local = (rng.random(n) * places.FACILITY_COUNT[visited]).astype(np.int64)
    return People(
        first=first,
        n=n,
        sex=sex,
        nationality=nationality,
        province=province,
        born=born,
        registered_birth=np.where(year_only, dates.year_only(born), born),
        names=_draw_names(rng, sex, nationality),
        visited_province=visited,
        facility=places.FACILITY_START[visited] + local,
    )
