"""Puts people and doses together into the rows of the three tables, errors planted."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from signer.records.schemas import POPULATION, SHOTS, TRUTH
from signer.synthetic import dates, faults, places, vaccines
from signer.synthetic.digits import digits, fixed_text, scatter
from signer.synthetic.doses import Doses
from signer.synthetic.draws import Ints
from signer.synthetic.numbers import NumberOffice, malformed, number_texts, phone_texts
from signer.synthetic.people import NATIONALITIES, SEXES, People
from signer.synthetic.planted import CLASSES, Planted

__all__ = ["Columns", "population_table", "shots_table", "shuffled", "truth_table", "written_columns"]

SHOT_ID_DIGITS = 12
CENTURY_DAYS = 36_525

TEXTS: dict[str, pa.Array] = {
    "nationality": pa.array(NATIONALITIES, pa.string()),
    "sex": pa.array(SEXES, pa.string()),
    "date_of_birth": dates.TEXTS,
    "province": places.province_texts(),
    "district": places.district_texts(),
    "facility": places.facility_texts(),
    "vaccine": vaccines.vaccine_texts(),
    "lot": vaccines.lot_texts(),
    "planted": pa.array(CLASSES, pa.string()),
}
"""Columns of few different values: written as numbers into these tables."""


def _of_table(column: str, numbers: Ints) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(numbers.astype(np.int32)), TEXTS[column])


@dataclass(frozen=True)
class Columns:
    """What is written of each person: texts, the wrong ones behind the right ones, and where to find them."""

    numbers: pa.StringArray
    names: pa.StringArray
    phones: pa.StringArray
    registered_names: pa.StringArray
    wrong_number: Ints
    wrong_name: Ints
    wrong_birth: Ints


def _behind(people: People, rows: Ints) -> Ints:
    """Places in a column of right values with the wrong ones of `rows` behind them."""
    positions = np.arange(people.n)
    positions[rows] = people.n + np.arange(len(rows))
    return positions


def written_columns(rng: np.random.Generator, office: NumberOffice, people: People, planted: Ints) -> Columns:
    """The texts of a chunk of people with the error classes `planted`."""
    numbers, lengths = office.issue(rng, people)
    bad_number = np.flatnonzero(planted == Planted.NUMBER_MALFORMED)
    bad_name = np.flatnonzero((planted == Planted.NAME_DIFFERS) | (planted == Planted.BOTH_DIFFER))
    bad_birth = np.flatnonzero((planted == Planted.BIRTH_DATE_DIFFERS) | (planted == Planted.BOTH_DIFFER))
    wrong_birth = people.registered_birth.copy()
    wrong_birth[bad_birth] = faults.wrong_births(rng, people, bad_birth)
    spoilt = number_texts(*malformed(rng, numbers[bad_number], lengths[bad_number]))
    plain = np.zeros(people.n, dtype=np.int64)
    shown = faults.name_texts(people.names, faults.shown_writings(rng, people.n))
    return Columns(
        numbers=pa.concat_arrays([number_texts(numbers, lengths), spoilt, pa.array([""])]),
        names=pa.concat_arrays(
            [shown, faults.wrong_names(rng, people, bad_name), pa.array(faults.UNREADABLE_NAMES)]
        ),
        phones=phone_texts(rng, people.n),
        registered_names=faults.name_texts(people.names, plain),
        wrong_number=_behind(people, bad_number),
        wrong_name=_behind(people, bad_name),
        wrong_birth=wrong_birth,
    )


def population_table(people: People, columns: Columns, planted: Ints) -> pa.Table:
    """The register: every Vietnamese but those planted as not found."""
    rows = np.flatnonzero(~people.foreign & (planted != Planted.PERSON_NOT_FOUND))
    taken = pa.array(rows)
    return pa.table(
        {
            "person_id": columns.numbers.take(taken),
            "full_name": columns.registered_names.take(taken),
            "date_of_birth": _of_table("date_of_birth", people.registered_birth[rows]),
            "sex": _of_table("sex", people.sex[rows]),
            "province": _of_table("province", people.province[rows]),
        }
    ).select(POPULATION.names)


def shuffled(rng: np.random.Generator, doses: Doses, planted: Ints) -> tuple[Doses, Ints]:
    """The shots in random order, repeated ones added: a duplicate_shot comes after the shot it repeats."""
    repeated = np.flatnonzero(planted == Planted.DUPLICATE_SHOT)
    place = rng.permutation(doses.n + len(repeated))
    first, second = place[repeated], place[doses.n :].copy()
    place[repeated], place[doses.n :] = np.minimum(first, second), np.maximum(first, second)
    source = np.empty(len(place), dtype=np.int64)
    source[place] = np.concatenate([np.arange(doses.n), repeated])
    of_row = np.concatenate([np.where(planted == Planted.DUPLICATE_SHOT, 0, planted), planted[repeated]])
    ordered = np.empty(len(place), dtype=np.int64)
    ordered[place] = of_row
    return _taken(doses, source), ordered


def _taken(doses: Doses, rows: Ints) -> Doses:
    return replace(doses, **{name: column[rows] for name, column in vars(doses).items()})


def _numbers(rng: np.random.Generator, columns: Columns, doses: Doses, planted: Ints) -> pa.StringArray:
    """Number of each shot's person: malformed, or one half empty and one half null, where that is planted."""
    wrong = columns.wrong_number[doses.person]
    positions = np.where(planted == Planted.NUMBER_MALFORMED, wrong, doses.person)
    missing = planted == Planted.NUMBER_MISSING
    positions[missing] = len(columns.numbers) - 1
    return columns.numbers.take(pa.array(positions, mask=missing & (rng.random(doses.n) < 0.5)))


def _names(rng: np.random.Generator, columns: Columns, doses: Doses, planted: Ints) -> pa.StringArray:
    differs = (planted == Planted.NAME_DIFFERS) | (planted == Planted.BOTH_DIFFER)
    positions = np.where(differs, columns.wrong_name[doses.person], doses.person)
    unreadable = np.flatnonzero(planted == Planted.NAME_UNREADABLE)
    positions[unreadable] = (
        len(columns.names) - 1 - rng.integers(0, len(faults.UNREADABLE_NAMES), len(unreadable))
    )
    return columns.names.take(pa.array(positions))


def _births(people: People, columns: Columns, doses: Doses, planted: Ints) -> Ints:
    """Also half of the impossible dates: the 30th of February."""
    differs = (planted == Planted.BIRTH_DATE_DIFFERS) | (planted == Planted.BOTH_DIFFER)
    births = np.where(differs, columns.wrong_birth[doses.person], people.registered_birth[doses.person])
    impossible = (planted == Planted.DATE_IMPOSSIBLE) & (doses.day % 2 == 0)
    return np.where(impossible, dates.impossible(people.born[doses.person]), births)


def _days(doses: Doses, planted: Ints) -> Ints:
    """A wrong century makes the other half of the impossible dates, and those in the future."""
    late = np.where(planted == Planted.DATE_IN_FUTURE, CENTURY_DAYS, 0)
    early = np.where((planted == Planted.DATE_IMPOSSIBLE) & (doses.day % 2 == 1), CENTURY_DAYS, 0)
    return doses.day + late - early


def _vaccines(rng: np.random.Generator, doses: Doses, planted: Ints) -> Ints:
    unknown = len(vaccines.VACCINES) + rng.integers(0, len(vaccines.UNKNOWN), doses.n)
    return np.where(planted == Planted.VACCINE_UNKNOWN, unknown, doses.vaccine)


def shot_ids(first_row: int, n: int) -> pa.StringArray:
    """`S` and twelve digits, unique over the nation: the row's number, scattered."""
    characters = np.empty((n, SHOT_ID_DIGITS + 1), dtype=np.uint8)
    characters[:, 0] = ord("S")
    characters[:, 1:] = digits(scatter(first_row + np.arange(n), 0, 10**SHOT_ID_DIGITS), SHOT_ID_DIGITS)
    return fixed_text(characters)


def shots_table(
    rng: np.random.Generator, people: People, columns: Columns, doses: Doses, planted: Ints, *, first_row: int
) -> pa.Table:
    """The shots as they reach the platform, an entry of `planted` a row."""
    person = doses.person
    impossible = planted == Planted.DOSE_IMPOSSIBLE
    texts = {
        "nationality": people.nationality[person],
        "date_of_birth": _births(people, columns, doses, planted),
        "sex": people.sex[person],
        "province": people.visited_province[person],
        "district": places.DISTRICT_OF_FACILITY[doses.facility],
        "facility": doses.facility,
        "vaccine": _vaccines(rng, doses, planted),
        "lot": doses.lot,
    }
    shots = {
        "shot_id": shot_ids(first_row, doses.n),
        "person_id": _numbers(rng, columns, doses, planted),
        "full_name": _names(rng, columns, doses, planted),
        "phone": columns.phones.take(pa.array(person)),
        "dose_number": pa.array(np.where(impossible, 3, doses.number).astype(np.int32)),
        "doses_in_series": pa.array(np.where(impossible, 2, doses.in_series).astype(np.int32)),
        "vaccinated_on": pa.array(_days(doses, planted).astype(np.int32)).cast(pa.date32()),
        **{column: _of_table(column, numbers) for column, numbers in texts.items()},
    }
    return pa.table(shots).select(SHOTS.names)


def truth_table(shots: pa.Table, planted: Ints) -> pa.Table:
    """shot_id and error class of each shot, in the order of the shots."""
    numbers = pa.array((planted - 1).astype(np.int32), mask=planted == Planted.NONE)
    classes = pa.DictionaryArray.from_arrays(numbers, TEXTS["planted"])
    return pa.table({"shot_id": shots["shot_id"], "planted": classes}).select(TRUTH.names)
