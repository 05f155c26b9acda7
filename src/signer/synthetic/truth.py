"""The truth about each shot: what was planted, whose shot it is, and what its wrong fields ought to say."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from signer.records.schemas import TRUTH
from signer.synthetic.columns import Columns
from signer.synthetic.draws import Flags, Ints
from signer.synthetic.people import People
from signer.synthetic.planted import (
    CLASS_OF_FAULT,
    CLASSES,
    ISSUING_CLASSES,
    UNKNOWABLE,
    Detail,
    Fault,
    is_one_of,
)
from signer.synthetic.tables import Rows, of_table

__all__ = ["truth_table"]

STAGE_OF_CLASS: Ints = np.array([name in ISSUING_CLASSES for name in CLASSES], dtype=np.int64)


def _right_texts(people: People, columns: Columns, rows: Rows) -> dict[str, pa.Array]:
    """Names, dates of birth and the like where the shot says another."""
    person = rows.doses.person
    name_right = ~rows.with_fault(Fault.NAME_DIFFERS, Fault.BOTH_DIFFER, Fault.NAME_UNREADABLE)
    birth_wrong = rows.with_fault(Fault.BIRTH_DIFFERS, Fault.BOTH_DIFFER)
    birth_wrong |= rows.detail == Detail.DATE_OF_BIRTH
    births, sexes = people.registered_birth[person], people.sex[person]
    return {
        "right_full_name": columns.registered_names.take(pa.array(person, mask=name_right)),
        "right_date_of_birth": of_table("date_of_birth", births, ~birth_wrong),
        "right_sex": of_table("sex", sexes, ~rows.with_fault(Fault.SEX_DIFFERS)),
        "right_vaccine": of_table("vaccine", rows.doses.vaccine, ~rows.with_fault(Fault.VACCINE_UNKNOWN)),
    }


def _right_doses(rows: Rows) -> dict[str, pa.Array]:
    doses = rows.doses

    def where_shown_wrong(right: Ints, shown: Ints) -> pa.Array:
        return pa.array(right.astype(np.int32), mask=right == shown)

    return {
        "right_dose_number": where_shown_wrong(doses.number, doses.shown_number),
        "right_doses_in_series": where_shown_wrong(doses.in_series, doses.shown_in_series),
        "right_vaccinated_on": where_shown_wrong(doses.day, doses.shown_day).cast(pa.date32()),
    }


def _nameless(people: People, rows: Rows, of_person: Ints) -> Flags:
    """Shots of which the register holds no person that one could name."""
    no_one = people.foreign | is_one_of(of_person, UNKNOWABLE)
    flags: Flags = no_one[rows.doses.person]
    return flags


def truth_table(people: People, columns: Columns, shots: pa.Table, rows: Rows, of_person: Ints) -> pa.Table:
    """A row for each shot, in the order of the shots; `of_person` is the fault of each person."""
    classes = CLASS_OF_FAULT[rows.planted]
    right = classes < 0
    whose = pa.array(rows.doses.person, mask=_nameless(people, rows, of_person))
    truth = {
        "shot_id": shots["shot_id"],
        "planted": of_table("planted", classes, right),
        "detail": of_table("detail", rows.detail, rows.detail == Detail.NONE),
        "stage": of_table("stage", STAGE_OF_CLASS[classes], right),
        "person_id": columns.numbers.take(whose),
        **_right_texts(people, columns, rows),
        **_right_doses(rows),
    }
    return pa.table(truth).select(TRUTH.names)
