"""The wrong dates and dose numbers: conflicts between two doses, and values that no shot can have."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from signer.synthetic.doses import Doses
from signer.synthetic.draws import Ints, draw, slots
from signer.synthetic.planted import Detail, Fault

__all__ = ["conflict_details", "with_dose_faults"]

CENTURY_DAYS = 36_525
CONFLICTS = np.array([Detail.ORDER, Detail.INTERVAL, Detail.COUNT])
CONFLICT_SLOTS = slots([40, 30, 30])
MAX_SHORT_INTERVAL_DAYS = 6
"""Right doses of a person lie two weeks apart or more, so that any sensible limit tells them from these."""


def conflict_details(rng: np.random.Generator, n: int) -> Ints:
    """In what two doses contradict each other: their order, the days between them, or their numbers."""
    return np.asarray(CONFLICTS[draw(rng, CONFLICT_SLOTS, n)], dtype=np.int64)


def with_dose_faults(rng: np.random.Generator, doses: Doses, planted: Ints, detail: Ints) -> Doses:
    """The doses as they are shown, still by person and dose.

    Conflicts befall people with two doses: the dates changed over; the second within a week of the first; two
    first doses. Neither row can be told to be the right one. A wrong century makes dates in the future, and
    half of the impossible ones; the rest of these are impossible births.
    """
    shown_day, shown_number = doses.day.copy(), doses.number.copy()
    shown_in_series = doses.in_series.copy()
    conflict = (planted == Fault.DOSE_CONFLICT) & (doses.dose == 0)
    first = np.flatnonzero(conflict & (detail == Detail.ORDER))
    shown_day[first], shown_day[first + 1] = doses.day[first + 1], doses.day[first]
    first = np.flatnonzero(conflict & (detail == Detail.INTERVAL))
    shown_day[first + 1] = doses.day[first] + rng.integers(1, MAX_SHORT_INTERVAL_DAYS + 1, len(first))
    first = np.flatnonzero(conflict & (detail == Detail.COUNT))
    shown_number[first + 1], shown_in_series[first + 1] = doses.number[first], doses.in_series[first]
    impossible = planted == Fault.DOSE_IMPOSSIBLE
    shown_number[impossible], shown_in_series[impossible] = 3, 2
    shown_day[planted == Fault.DATE_IN_FUTURE] += CENTURY_DAYS
    shown_day[(planted == Fault.DATE_IMPOSSIBLE) & (detail == Detail.VACCINATED_ON)] -= CENTURY_DAYS
    return replace(doses, shown_day=shown_day, shown_number=shown_number, shown_in_series=shown_in_series)
