"""Draws the doses of a chunk of people: vaccine, date, place and number in the series of each shot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signer.synthetic import places, vaccines
from signer.synthetic.draws import Ints, chance, draw, slots
from signer.synthetic.people import People
from signer.synthetic.proportions import DOSES_SHARES

__all__ = ["Doses", "draw_doses", "how_many_doses", "other_facilities"]

DOSES_SLOTS = slots(DOSES_SHARES)
MIXED_SHARE = 0.04
OTHER_FACILITY_SHARE = 0.15
BOOSTER_INTERVAL_DAYS = 90
LATE_BY_DAYS = 15


@dataclass(frozen=True)
class Doses:
    """Shots by person and dose, an entry a shot: person in the chunk, dose from 0, days since 1970.

    What is `shown_` is what the row says of it.
    """

    person: Ints
    dose: Ints
    doses: Ints
    vaccine: Ints
    number: Ints
    in_series: Ints
    day: Ints
    facility: Ints
    lot: Ints
    shown_day: Ints
    shown_number: Ints
    shown_in_series: Ints

    @property
    def n(self) -> int:
        """How many shots."""
        return len(self.person)


def _vaccines(rng: np.random.Generator, person: Ints, dose: Ints, n_people: int) -> tuple[Ints, Ints]:
    """Vaccine of each shot and doses of its person's first series; boosters and a few more differ."""
    first = draw(rng, vaccines.PRIMARY_SLOTS, n_people)[person]
    primary_doses = vaccines.PRIMARY_DOSES[first]
    mixed = (dose > 0) & (primary_doses == 2) & chance(rng, len(person), MIXED_SHARE)
    other = mixed | (dose >= primary_doses)
    return np.where(other, draw(rng, vaccines.BOOSTER_SLOTS, len(person)), first), primary_doses


def _days(rng: np.random.Generator, person: Ints, dose: Ints, gaps: Ints, n_people: int) -> Ints:
    """Days since 1970: a first day such that the last dose still lies in the campaign, then the gaps."""
    added = np.cumsum(gaps)
    since_first = added - np.maximum.accumulate(np.where(dose == 0, added, 0))
    span = np.zeros(n_people, dtype=np.int64)
    np.maximum.at(span, person, since_first)
    room = vaccines.CAMPAIGN_DAYS - span
    first = (rng.triangular(0.0, 0.6, 1.0, n_people) * room).astype(np.int64)
    return np.asarray(vaccines.CAMPAIGN_START + first[person] + since_first, dtype=np.int64)


def how_many_doses(rng: np.random.Generator, people: People) -> Ints:
    """One to four for each vaccinated person, none for the others."""
    vaccinated = np.arange(people.n) < people.n_vaccinated
    return np.where(vaccinated, 1 + draw(rng, DOSES_SLOTS, people.n), 0)


def draw_doses(rng: np.random.Generator, people: People, doses_of_person: Ints) -> Doses:
    """The doses of each person, as many as told, by person and dose.

    The numbers follow the certificate's convention: 1/2, 2/2 and then 3/3, 4/4; after a single-dose vaccine
    1/1, 2/1.
    """
    person = np.repeat(np.arange(people.n), doses_of_person)
    starts = np.cumsum(doses_of_person) - doses_of_person
    dose = np.arange(len(person)) - starts[person]
    vaccine, primary_doses = _vaccines(rng, person, dose, people.n)
    interval = np.where(dose < primary_doses, vaccines.INTERVAL_DAYS[vaccine], BOOSTER_INTERVAL_DAYS)
    gaps = np.where(dose == 0, 0, interval + rng.integers(0, LATE_BY_DAYS, len(person)))
    day = _days(rng, person, dose, gaps, people.n)
    number = dose + 1
    in_series = np.where(primary_doses == 1, 1, np.maximum(number, primary_doses))
    return Doses(
        person=person,
        dose=dose,
        doses=doses_of_person[person],
        vaccine=vaccine,
        number=number,
        shown_number=number,
        in_series=in_series,
        shown_in_series=in_series,
        day=day,
        shown_day=day,
        facility=_facilities(rng, people, person),
        lot=vaccine * vaccines.LOTS_PER_VACCINE + (day - vaccines.CAMPAIGN_START) // vaccines.DAYS_PER_LOT,
    )


def _facilities(rng: np.random.Generator, people: People, person: Ints) -> Ints:
    """The person's facility, or now and then another one of the same province."""
    facility = people.facility[person]
    away = np.flatnonzero(chance(rng, len(person), OTHER_FACILITY_SHARE))
    facility[away] = places.draw_facilities(rng, people.visited_province[person[away]])
    return facility


def other_facilities(rng: np.random.Generator, people: People, doses: Doses, rows: Ints) -> Ints:
    """For some rows a facility of the same province other than theirs."""
    province = people.visited_province[doses.person[rows]]
    start, count = places.FACILITY_START[province], places.FACILITY_COUNT[province]
    step = 1 + (rng.random(len(rows)) * (count - 1)).astype(np.int64)
    return np.asarray(start + (doses.facility[rows] - start + step) % count, dtype=np.int64)
