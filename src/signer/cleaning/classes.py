"""The classes of a shot that is held against the population register, and the order in which they decide."""

from __future__ import annotations

import enum

__all__ = ["DETAILS", "FAULTS", "ShotClass", "decisive", "faults_of"]


class ShotClass(enum.IntFlag):
    """A bit a class; of several, the lowest is the decisive one. FOREIGNER alone is verified, unmatched.

    The last six are of the row by itself: such a row must not be verified, nor speak against other doses.
    """

    NOT_ATTESTED = 1 << 0
    NUMBER_MISSING = 1 << 1
    NUMBER_MALFORMED = 1 << 2
    FOREIGNER = 1 << 3
    PERSON_NOT_FOUND = 1 << 4
    BOTH_DIFFER = 1 << 5
    NAME_DIFFERS = 1 << 6
    BIRTH_DIFFERS = 1 << 7
    NUMBER_OF_OTHER = 1 << 8
    DUPLICATE_SHOT = 1 << 9
    DOSE_CONFLICT = 1 << 10
    DATE_IMPOSSIBLE = 1 << 11
    DATE_IN_FUTURE = 1 << 12
    VACCINE_UNKNOWN = 1 << 13
    DOSE_IMPOSSIBLE = 1 << 14
    NAME_UNREADABLE = 1 << 15
    BIRTH_IMPOSSIBLE = 1 << 16

    @property
    def code(self) -> str:
        """The name in tables and summaries, such as "name_differs"."""
        return str(self.name).lower()

    @property
    def field(self) -> str:
        """The field of the shot to look at first: where name and birth differ, it is the number."""
        return FIELDS[self]


FAULTS = ~ShotClass.FOREIGNER
"""All classes of refused shots."""

FIELDS = {
    ShotClass.NOT_ATTESTED: "facility",
    ShotClass.NUMBER_MISSING: "person_id",
    ShotClass.NUMBER_MALFORMED: "person_id",
    ShotClass.FOREIGNER: "person_id",
    ShotClass.PERSON_NOT_FOUND: "person_id",
    ShotClass.BOTH_DIFFER: "person_id",
    ShotClass.NAME_DIFFERS: "full_name",
    ShotClass.BIRTH_DIFFERS: "date_of_birth",
    ShotClass.NUMBER_OF_OTHER: "person_id",
    ShotClass.DUPLICATE_SHOT: "shot_id",
    ShotClass.DOSE_CONFLICT: "dose_number",
    ShotClass.DATE_IMPOSSIBLE: "vaccinated_on",
    ShotClass.DATE_IN_FUTURE: "vaccinated_on",
    ShotClass.VACCINE_UNKNOWN: "vaccine",
    ShotClass.DOSE_IMPOSSIBLE: "dose_number",
    ShotClass.NAME_UNREADABLE: "full_name",
    ShotClass.BIRTH_IMPOSSIBLE: "date_of_birth",
}

DETAILS = (
    "",
    "not_digits", "length", "province", "year",  # of number_malformed
    "unreadable",  # of name_differs: the shot's or the register's name
    "day_month_swapped", "year_only", "one_digit", "other",  # of birth_differs
    "sex", "birth_year",  # of number_of_other
    "count", "order", "interval",  # of dose_conflict
)  # fmt: skip
"""How, by the number of the detail in the database; "" where there is nothing more to say."""


def decisive(classes: int) -> ShotClass:
    """The class that stands for a refused row of these classes, of which one is a fault at least."""
    faults = classes & int(FAULTS)
    return ShotClass(faults & -faults)


def faults_of(classes: int) -> list[ShotClass]:
    """The classes for which a row is refused, the decisive one first."""
    return [kind for kind in ShotClass if kind in FAULTS and classes & kind]
