"""Puts people and doses together into the rows of the shots and of the population register."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from signer.records.schemas import POPULATION, SHOTS
from signer.synthetic import dates, faults, places, vaccines
from signer.synthetic.columns import Columns
from signer.synthetic.digits import digits, fixed_text, scatter
from signer.synthetic.doses import Doses, other_facilities
from signer.synthetic.draws import Flags, Ints, chance
from signer.synthetic.people import NATIONALITIES, SEXES, People
from signer.synthetic.planted import WRONG_NUMBER, Detail, Fault, class_texts, detail_texts, is_one_of
from signer.synthetic.planting import is_registered

__all__ = ["Rows", "of_table", "population_table", "shot_details", "shots_table", "shuffled"]

SHOT_ID_DIGITS = 12

TEXTS: dict[str, pa.Array] = {
    "nationality": pa.array(NATIONALITIES, pa.string()),
    "sex": pa.array(SEXES, pa.string()),
    "date_of_birth": dates.TEXTS,
    "province": places.province_texts(),
    "district": places.district_texts(),
    "facility": places.facility_texts(),
    "vaccine": vaccines.vaccine_texts(),
    "lot": vaccines.lot_texts(),
    "planted": class_texts(),
    "detail": detail_texts(),
    "stage": pa.array(["cleaning", "issuing"], pa.string()),
}
"""Columns of few different values: written as numbers into these tables."""


def of_table(column: str, numbers: Ints, null: Flags | None = None) -> pa.DictionaryArray:
    """A column of numbers into one of TEXTS; `null` where there is nothing."""
    return pa.DictionaryArray.from_arrays(pa.array(numbers.astype(np.int32), mask=null), TEXTS[column])


@dataclass(frozen=True)
class Rows:
    """The shots as rows, in their order: the doses, the Fault and the Detail of each."""

    doses: Doses
    planted: Ints
    detail: Ints

    @property
    def n(self) -> int:
        """How many."""
        return len(self.planted)

    def with_fault(self, *wanted: Fault) -> Flags:
        """Where one of these faults is."""
        return is_one_of(self.planted, wanted)


def population_table(people: People, columns: Columns, planted: Ints) -> pa.Table:
    """The register: every Vietnamese but those planted as not registered."""
    rows = np.flatnonzero(is_registered(people, planted))
    taken = pa.array(rows)
    return pa.table(
        {
            "person_id": columns.numbers.take(taken),
            "full_name": columns.registered_names.take(taken),
            "date_of_birth": of_table("date_of_birth", people.registered_birth[rows]),
            "sex": of_table("sex", people.sex[rows]),
            "province": of_table("province", people.province[rows]),
        }
    ).select(POPULATION.names)


def shot_details(rng: np.random.Generator, columns: Columns, doses: Doses, planted: Ints) -> Ints:
    """The Detail of each shot's fault, or of how its name is written."""
    of_person = (planted > Fault.NONE) & (planted < Fault.DUPLICATE_SHOT)
    detail = np.where(of_person, columns.fault_detail[doses.person], int(Detail.NONE))
    right = planted == Fault.NONE
    detail[right] = columns.writing_detail[doses.person[right]]
    for fault, kinds in (
        (Fault.DUPLICATE_SHOT, (Detail.EXACT, Detail.ENTERED_AGAIN)),
        (Fault.DATE_IMPOSSIBLE, (Detail.DATE_OF_BIRTH, Detail.VACCINATED_ON)),
    ):
        rows = np.flatnonzero(planted == fault)
        detail[rows] = np.array(kinds)[rng.integers(0, 2, len(rows))]
    return detail


def shuffled(rng: np.random.Generator, rows: Rows, writing_detail: Ints) -> Rows:
    """The shots in random order, repeated ones added: a duplicate_shot comes after the shot it repeats.

    `writing_detail` is that of each person's name: the Detail of the shots that are repeated.
    """
    repeated = np.flatnonzero(rows.planted == Fault.DUPLICATE_SHOT)
    place = rng.permutation(rows.n + len(repeated))
    first, second = place[repeated], place[rows.n :].copy()
    place[repeated], place[rows.n :] = np.minimum(first, second), np.maximum(first, second)
    source = np.empty(len(place), dtype=np.int64)
    source[place] = np.concatenate([np.arange(rows.n), repeated])
    planted, detail = rows.planted[source], rows.detail[source]
    firsts = place[repeated]
    planted[firsts], detail[firsts] = Fault.NONE, writing_detail[rows.doses.person[repeated]]
    return Rows(_taken(rows.doses, source), planted, detail)


def _taken(doses: Doses, rows: Ints) -> Doses:
    return replace(doses, **{name: column[rows] for name, column in vars(doses).items()})


def _numbers(rng: np.random.Generator, columns: Columns, rows: Rows) -> pa.StringArray:
    """The number of each shot: where that is planted a wrong one, or one half empty and one half null."""
    person = rows.doses.person
    positions = np.where(rows.with_fault(*WRONG_NUMBER), columns.wrong_number[person], person)
    missing = rows.with_fault(Fault.NUMBER_MISSING)
    positions[missing] = columns.no_number
    return columns.numbers.take(pa.array(positions, mask=missing & chance(rng, rows.n, 0.5)))


def _names(rng: np.random.Generator, columns: Columns, rows: Rows) -> pa.StringArray:
    person = rows.doses.person
    differs = rows.with_fault(Fault.NAME_DIFFERS, Fault.BOTH_DIFFER)
    positions = np.where(differs, columns.wrong_name[person], person)
    again = np.flatnonzero(rows.detail == Detail.ENTERED_AGAIN)
    positions[again] = columns.again[person[again]]
    unreadable = np.flatnonzero(rows.with_fault(Fault.NAME_UNREADABLE))
    drawn = rng.integers(0, len(faults.UNREADABLE_NAMES), len(unreadable))
    positions[unreadable] = len(columns.names) - 1 - drawn
    return columns.names.take(pa.array(positions))


def _births(people: People, columns: Columns, rows: Rows) -> Ints:
    """Also half of the impossible dates: the 30th of February."""
    person = rows.doses.person
    differs = rows.with_fault(Fault.BIRTH_DIFFERS, Fault.BOTH_DIFFER)
    births = np.where(differs, columns.wrong_birth[person], people.registered_birth[person])
    impossible = np.flatnonzero(rows.detail == Detail.DATE_OF_BIRTH)
    births[impossible] = dates.impossible(people.born[person[impossible]])
    return births


def _vaccines(rng: np.random.Generator, rows: Rows) -> Ints:
    shown = rows.doses.vaccine.copy()
    unknown = np.flatnonzero(rows.with_fault(Fault.VACCINE_UNKNOWN))
    shown[unknown] = len(vaccines.VACCINES) + rng.integers(0, len(vaccines.UNKNOWN), len(unknown))
    return shown


def shot_ids(first_row: int, n: int) -> pa.StringArray:
    """`S` and twelve digits, unique over the nation: the row's number, scattered."""
    characters = np.empty((n, SHOT_ID_DIGITS + 1), dtype=np.uint8)
    characters[:, 0] = ord("S")
    characters[:, 1:] = digits(scatter(first_row + np.arange(n), 0, 10**SHOT_ID_DIGITS), SHOT_ID_DIGITS)
    return fixed_text(characters)


def shots_table(
    rng: np.random.Generator, people: People, columns: Columns, rows: Rows, *, first_row: int
) -> pa.Table:
    """The shots as they reach the platform."""
    doses, person = rows.doses, rows.doses.person
    facility = doses.facility.copy()
    again = np.flatnonzero(rows.detail == Detail.ENTERED_AGAIN)
    facility[again] = other_facilities(rng, people, doses, again)
    texts = {
        "nationality": people.nationality[person],
        "date_of_birth": _births(people, columns, rows),
        "sex": people.sex[person] ^ rows.with_fault(Fault.SEX_DIFFERS),
        "province": people.visited_province[person],
        "district": places.DISTRICT_OF_FACILITY[facility],
        "facility": facility,
        "vaccine": _vaccines(rng, rows),
        "lot": doses.lot,
    }
    shots = {
        "shot_id": shot_ids(first_row, rows.n),
        "person_id": _numbers(rng, columns, rows),
        "full_name": _names(rng, columns, rows),
        "phone": columns.phones.take(pa.array(person)),
        "dose_number": pa.array(doses.shown_number.astype(np.int32)),
        "doses_in_series": pa.array(doses.shown_in_series.astype(np.int32)),
        "vaccinated_on": pa.array(doses.shown_day.astype(np.int32)).cast(pa.date32()),
        **{column: of_table(column, numbers) for column, numbers in texts.items()},
    }
    return pa.table(shots).select(SHOTS.names)
