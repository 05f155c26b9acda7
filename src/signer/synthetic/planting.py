"""Draws who gets which fault: first the people, then their shots."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signer.synthetic import dates
from signer.synthetic.draws import Flags, Ints, chance, draw, slots
from signer.synthetic.households import housemates
from signer.synthetic.people import People
from signer.synthetic.planted import OF_SHOT, UNKNOWABLE, Fault, is_one_of
from signer.synthetic.proportions import Proportions

__all__ = ["Planting", "is_registered", "whose_numbers"]

LAST_CMND_YEAR = 2001
"""The youngest born who can have had an old number: given out from the age of 14 on, until 2015 or so."""


def is_registered(people: People, faults: Ints) -> Flags:
    """Who stands in the population register."""
    flags: Flags = ~people.foreign & (faults != Fault.NOT_REGISTERED)
    return flags


def whose_numbers(people: People, faults: Ints) -> Ints:
    """Whose number each person shows: their own, or with NUMBER_OF_HOUSEMATE that of someone in the register
    with another name and date of birth. -1 where nobody near is such a person."""
    shown = np.arange(people.n)
    waiting = np.flatnonzero(faults == Fault.NUMBER_OF_HOUSEMATE)
    shown[waiting] = -1
    usable = is_registered(people, faults) & (faults != Fault.REGISTER_CONTRADICTS)
    for whose in housemates(people.household, waiting):
        fits = (shown[waiting] < 0) & usable[whose] & _differ(people, waiting, whose)
        shown[waiting[fits]] = whose[fits]
    return shown


def _differ(people: People, some: Ints, others: Ints) -> Flags:
    """Where both the given name and the date of birth are others."""
    other_name = people.names.given[some] != people.names.given[others]
    other_birth = people.registered_birth[some] != people.registered_birth[others]
    same_year = dates.YEAR_OF_DAY[people.born[some]] == dates.YEAR_OF_DAY[people.born[others]]
    flags: Flags = other_name & other_birth & ~same_year
    return flags


class Planting:
    """The tables of one set of proportions."""

    def __init__(self, proportions: Proportions) -> None:
        self._people_slots = slots(proportions.of_people())
        self._any_dose = _table(proportions.of_right_shots())
        self._single_dose = _table(proportions.of_right_single_doses())
        self._further_wrong = proportions.FURTHER_WRONG

    def people(self, rng: np.random.Generator, people: People, doses: Ints) -> Ints:
        """The fault of each person; `doses` is how many each has had.

        A foreigner is held against no register and has none; nor has who cannot have the one drawn.
        """
        drawn = draw(rng, self._people_slots, people.n)
        faults = np.where(people.foreign | (np.arange(people.n) >= people.n_vaccinated), Fault.NONE, drawn)
        too_young = dates.YEAR_OF_DAY[people.born] > LAST_CMND_YEAR
        no_old = (faults == Fault.NUMBER_OLD) & (people.has_cmnd | too_young)
        faults = np.where(no_old, Fault.NUMBER_MISTYPED, faults)
        no_contradiction = (faults == Fault.REGISTER_CONTRADICTS) & people.has_cmnd
        no_conflict = (faults == Fault.DOSE_CONFLICT) & (doses != 2)
        faults = np.where(no_contradiction | no_conflict, Fault.NONE, faults)
        return np.where(whose_numbers(people, faults) < 0, Fault.NONE, faults)

    def shots(
        self, rng: np.random.Generator, of_person: Ints, foreign: Flags, dose: Ints, doses: Ints
    ) -> Ints:
        """The fault of each shot.

        `of_person` is the fault of its person, `dose` its place (0 the first) among the `doses` of the
        person. Shots of one person stand together, in the order of doses.
        """
        n = len(of_person)
        starts = np.flatnonzero(dose == 0)
        certain = np.repeat((rng.random(len(starts)) * doses[starts]).astype(np.int64), doses[starts])
        all_of_them = is_one_of(of_person, (*UNKNOWABLE, Fault.DOSE_CONFLICT))
        has_it = (dose == certain) | all_of_them | chance(rng, n, self._further_wrong)
        of_any, of_single = (_draw_of(rng, table, n) for table in (self._any_dose, self._single_dose))
        own = np.where((doses == 1) & (of_single != Fault.NONE), of_single, of_any)
        own = np.where(foreign & (own == Fault.DUPLICATE_SHOT), Fault.NONE, own)
        planted = np.where(has_it, of_person, int(Fault.NONE))
        return np.where(planted == Fault.NONE, own, planted)


@dataclass(frozen=True)
class _Table:
    """Faults and the chances up to and with each."""

    faults: Ints
    ends: np.ndarray


def _table(chances: dict[Fault, float]) -> _Table:
    """Not by slots: these chances are too small for steps of 1/65,536."""
    faults = [fault for fault in OF_SHOT if fault in chances]
    return _Table(np.array([*faults, Fault.NONE]), np.cumsum([chances[fault] for fault in faults]))


def _draw_of(rng: np.random.Generator, table: _Table, n: int) -> Ints:
    """A fault for each of `n` shots; mostly none."""
    drawn: Ints = table.faults[np.searchsorted(table.ends, rng.random(n), side="right")]
    return drawn
