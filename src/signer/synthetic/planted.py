"""The faults that are planted in shots, and the classes and details that the truth table gives them."""

from __future__ import annotations

import enum

import numpy as np
import pyarrow as pa

from signer.synthetic.draws import Flags, Ints

__all__ = [
    "CLASSES",
    "CLASS_OF_FAULT",
    "ISSUING_CLASSES",
    "OF_PERSON",
    "OF_SHOT",
    "UNKNOWABLE",
    "WRONG_NUMBER",
    "Detail",
    "Fault",
    "class_texts",
    "detail_texts",
    "is_one_of",
]


class Fault(enum.IntEnum):
    """What was done to a shot. Up to DOSE_CONFLICT it befalls a person, behind that a single shot."""

    NONE = 0
    NAME_DIFFERS = 1
    BIRTH_DIFFERS = 2
    BOTH_DIFFER = 3
    NUMBER_OF_HOUSEMATE = 4
    NOT_REGISTERED = 5
    NUMBER_MISTYPED = 6
    NUMBER_OLD = 7
    NUMBER_MISSING = 8
    NUMBER_MALFORMED = 9
    SEX_DIFFERS = 10
    REGISTER_CONTRADICTS = 11
    DOSE_CONFLICT = 12
    DUPLICATE_SHOT = 13
    DOSE_IMPOSSIBLE = 14
    DATE_IN_FUTURE = 15
    DATE_IMPOSSIBLE = 16
    VACCINE_UNKNOWN = 17
    NAME_UNREADABLE = 18


OF_PERSON = tuple(Fault)[1 : Fault.DUPLICATE_SHOT]
OF_SHOT = tuple(Fault)[Fault.DUPLICATE_SHOT :]

# Where the class is called otherwise than the fault: several faults look alike to who holds a shot against
# the register, and the class is what decides by the order of reasons.
_CLASSES = {
    Fault.NUMBER_OF_HOUSEMATE: "both_differ",
    Fault.NOT_REGISTERED: "person_not_found",
    Fault.NUMBER_MISTYPED: "person_not_found",
    Fault.NUMBER_OLD: "person_not_found",
    Fault.SEX_DIFFERS: "number_of_other",
    Fault.REGISTER_CONTRADICTS: "number_of_other",
}
_class_of = [_CLASSES.get(fault, fault.name.lower()) for fault in Fault][1:]

CLASSES = tuple(dict.fromkeys(_class_of))
"""Names of the classes in the truth table."""
CLASS_OF_FAULT: Ints = np.array([-1, *(CLASSES.index(name) for name in _class_of)], dtype=np.int64)
"""Index into CLASSES of each fault; -1 for none."""

ISSUING_CLASSES = frozenset(
    {"dose_impossible", "date_in_future", "date_impossible", "vaccine_unknown", "name_unreadable"}
)
"""What the issuer refuses; cleaning may have refused it before."""

WRONG_NUMBER = (
    Fault.NUMBER_OF_HOUSEMATE,
    Fault.NUMBER_MISTYPED,
    Fault.NUMBER_OLD,
    Fault.NUMBER_MISSING,
    Fault.NUMBER_MALFORMED,
)
"""Faults of a shot whose number is not the one of its person in the register."""

UNKNOWABLE = (Fault.NOT_REGISTERED, Fault.REGISTER_CONTRADICTS)
"""Nothing that a facility could write would make these right."""


class Detail(enum.IntEnum):
    """The finer kind of a fault, or, of a right shot, how its name is written."""

    NONE = 0
    GIVEN_NAME_REPLACED = 1
    MIDDLE_NAME_REPLACED = 2
    FAMILY_NAME_REPLACED = 3
    MIDDLE_NAME_LOST = 4
    LETTER_LOST = 5
    MARKS_LOST = 6
    TONE_CONFUSED = 7
    TYPED_AS_TELEX = 8
    DAY_MONTH_SWAPPED = 9
    YEAR_ONLY = 10
    ONE_DIGIT = 11
    OTHER = 12
    NUMBER_OF_OTHER = 13
    NOT_REGISTERED = 14
    NUMBER_MISTYPED = 15
    OLD_NUMBER = 16
    DIGIT_ADDED = 17
    DIGIT_LOST = 18
    ZERO_LOST = 19
    NOT_DIGITS = 20
    PROVINCE_CODE = 21
    CENTURY_DIGIT = 22
    SEX = 23
    REGISTER_SEX = 24
    REGISTER_YEAR = 25
    ORDER = 26
    INTERVAL = 27
    COUNT = 28
    EXACT = 29
    ENTERED_AGAIN = 30
    DATE_OF_BIRTH = 31
    VACCINATED_ON = 32
    UPPER_CASE = 33
    LOWER_CASE = 34
    DECOMPOSED = 35
    OTHER_TONE_PLACE = 36
    LOOK_ALIKE = 37
    PLAIN_D = 38
    SPACING = 39


def is_one_of(faults: Ints, wanted: tuple[Fault, ...]) -> Flags:
    """Where a fault is one of those wanted."""
    table = np.zeros(len(Fault), dtype=np.bool_)
    table[list(wanted)] = True
    flags: Flags = table[faults]
    return flags


def class_texts() -> pa.StringArray:
    """CLASSES as a column."""
    return pa.array(CLASSES, pa.string())


def detail_texts() -> pa.StringArray:
    """Names of the details, by number."""
    return pa.array([detail.name.lower() for detail in Detail], pa.string())
