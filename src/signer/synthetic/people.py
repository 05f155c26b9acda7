"""Draws a chunk of people: who they are in the population register, before anything is planted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signer.synthetic import dates, places
from signer.synthetic.draws import Flags, Ints, chance, draw, slots
from signer.synthetic.households import draw_households, heads, twins
from signer.synthetic.names import FAMILIES, FOREIGN, GIVEN, MIDDLE, foreign_names
from signer.synthetic.proportions import FOREIGN_SHARE
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
SINGLE_NAME_SHARE = 0.0005
YEAR_ONLY_SHARE_OF_OLD = 0.05
ELSEWHERE_SHARE = 0.06
CMND_SHARE_OF_OLDER = 0.05
SAME_FAMILY_NAME_SHARE = 0.6
UNVACCINATED_PERCENT = 20
"""People who stand in the register and have no shot, to each hundred who have; most are children."""
CHILDREN_SHARE = 0.75

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

# People aged 12 and over in 2021 by decade of birth, 1920s to 2000s, in percent; then, to 2021, the children.
DECADE_SLOTS = slots([0.4, 1.4, 3.5, 8.0, 12.5, 16.5, 20.5, 20.0, 17.2])
DECADE_STARTS = np.searchsorted(dates.YEAR_OF_DAY, dates.FIRST_YEAR + 10 * np.arange(10))
DECADE_DAYS = np.diff(np.append(DECADE_STARTS, dates.N_DAYS))
CHILDREN = 9


@dataclass(frozen=True)
class Names:
    """Part numbers in FAMILY_PARTS, MIDDLE_PARTS and GIVEN_PARTS, an entry a person."""

    family: Ints
    middle: Ints
    given: Ints

    def of(self, rows: Ints) -> Names:
        """The names of some people."""
        return Names(self.family[rows], self.middle[rows], self.given[rows])


@dataclass(frozen=True)
class People:
    """A chunk of people, an entry a person: indices into SEXES, NATIONALITIES, places and dates.TEXTS.

    The first `n_vaccinated` have shots. `birth_province` is the one in the citizen number; `has_cmnd` tells
    who stands in the register with an old number.
    """

    first: int
    n: int
    n_vaccinated: int
    household: Ints
    sex: Ints
    nationality: Ints
    province: Ints
    birth_province: Ints
    born: Ints
    registered_birth: Ints
    has_cmnd: Flags
    names: Names
    visited_province: Ints
    facility: Ints

    @property
    def foreign(self) -> Flags:
        """Those who have a passport and stand in no register."""
        flags: Flags = self.nationality > 0
        return flags


def _draw_parts(rng: np.random.Generator, sex: Ints, nationality: Ints) -> Names:
    n = len(sex)
    family, middle, given = draw(rng, FAMILY_SLOTS, n), np.empty(n, np.int64), np.empty(n, np.int64)
    for which in (0, 1):
        rows = np.flatnonzero(sex == which)
        middle[rows] = MIDDLE_START[which] + draw(rng, MIDDLE_SLOTS[which], len(rows))
        given[rows] = GIVEN_START[which] + draw(rng, GIVEN_SLOTS[which], len(rows))
    for foreign in range(1, len(NATIONALITIES)):
        rows = np.flatnonzero(nationality == foreign)
        given[rows] = GIVEN_START[foreign + 1] + draw(rng, GIVEN_SLOTS[foreign + 1], len(rows))
    return Names(family, middle, given)


def _draw_names(rng: np.random.Generator, sex: Ints, nationality: Ints, head: Ints, second: Ints) -> Names:
    """Names; six of ten have that of the household, and a twin (`second`) has all but the given name."""
    n, parts = len(sex), _draw_parts(rng, sex, nationality)
    family = np.where(chance(rng, n, SAME_FAMILY_NAME_SHARE), parts.family[head], parts.family)
    alone = (nationality > 0) | chance(rng, n, SINGLE_NAME_SHARE)
    family, middle = np.where(alone, NO_FAMILY, family), np.where(alone, NO_MIDDLE, parts.middle)
    family[second], middle[second] = family[second - 1], middle[second - 1]
    same = second[parts.given[second] == parts.given[second - 1]]
    start, count = GIVEN_START[sex[same]], GIVEN_COUNT[sex[same]]
    parts.given[same] = start + (parts.given[same] - start + 1) % count
    return Names(family, middle, parts.given)


def _draw_births(rng: np.random.Generator, n: int, n_vaccinated: int) -> Ints:
    """Days of birth: a decade by weight, a day of it at random; children only among those without shots."""
    decade = draw(rng, DECADE_SLOTS, n)
    child = chance(rng, n, CHILDREN_SHARE) & (np.arange(n) >= n_vaccinated)
    decade[child] = CHILDREN
    within = (rng.random(n) * DECADE_DAYS[decade]).astype(np.int64)
    return np.asarray(DECADE_STARTS[decade] + within, dtype=np.int64)


def draw_people(rng: np.random.Generator, first: int, n_vaccinated: int) -> People:
    """`n_vaccinated` people and some more without shots, numbered from `first` on."""
    n = n_vaccinated + n_vaccinated * UNVACCINATED_PERCENT // 100
    household = draw_households(rng, n)
    head = heads(household)
    foreigner = chance(rng, n, FOREIGN_SHARE) & (np.arange(n) < n_vaccinated)
    nationality = np.where(foreigner, 1 + draw(rng, FOREIGNER_SLOTS, n), 0)
    second = twins(rng, household, foreigner, n_vaccinated)
    sex, born = rng.integers(0, 2, n), _draw_births(rng, n, n_vaccinated)
    sex[second], born[second] = sex[second - 1], born[second - 1]
    province = draw(rng, places.PROVINCE_SLOTS, n)[head]
    migrant = chance(rng, n, places.MIGRANT_SHARES[province])
    year = dates.YEAR_OF_DAY[born]
    year_only = (year < 1960) & chance(rng, n, YEAR_ONLY_SHARE_OF_OLD)
    elsewhere = chance(rng, n, ELSEWHERE_SHARE)[head]
    visited = np.where(elsewhere, draw(rng, places.PROVINCE_SLOTS, n)[head], province)
    return People(
        first=first,
        n=n,
        n_vaccinated=n_vaccinated,
        household=household,
        sex=sex,
        nationality=nationality,
        province=province,
        birth_province=np.where(migrant, draw(rng, places.PROVINCE_SLOTS, n), province),
        born=born,
        registered_birth=np.where(year_only, dates.year_only(born), born),
        has_cmnd=(year < 1990) & ~foreigner & chance(rng, n, CMND_SHARE_OF_OLDER),
        names=_draw_names(rng, sex, nationality, head, second),
        visited_province=visited,
        facility=places.draw_facilities(rng, visited)[head],
    )
