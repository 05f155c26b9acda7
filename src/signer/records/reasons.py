"""Why a row of the shots table is refused: one code a way, with what to do and who must do it."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from signer.records.schemas import SHOTS

__all__ = ["FIELDS", "Actor", "Reason"]

FIELDS: tuple[str, ...] = (*SHOTS.names, "hc1")
"""Names of the fields by the core's field number: those of shots, and of stored certificates the text."""


class Actor(enum.StrEnum):
    """Who must act so that the refused shot can be issued."""

    NOBODY = "nobody"
    FACILITY = "facility"
    PROFILE = "profile"  # whoever keeps the issuer's profile
    CENTRAL = "central"
    REGISTRY = "registry"  # whoever keeps the registry

    @property
    def in_words(self) -> str:
        """Who that is, for people to read."""
        return IN_WORDS[self]


IN_WORDS: Mapping[Actor, str] = {
    Actor.NOBODY: "nobody",
    Actor.FACILITY: "the facility that gave the dose",
    Actor.PROFILE: "whoever keeps the profile",
    Actor.CENTRAL: "whoever put the table together",
    Actor.REGISTRY: "whoever keeps the registry",
}


class Reason(enum.IntEnum):
    """The core's verdict on a row; numbers and order are those of `shot_reason` in native/shots/shots.h.

    OK stands for a row that is not refused and is never written to a refusal.
    """

    text: str
    actor: Actor

    # the defaults are for type checkers only, which take a look-up such as Reason(3) for this call
    def __new__(cls, number: int, actor: Actor = Actor.NOBODY, text: str = "") -> Reason:
        member = int.__new__(cls, number)
        member._value_ = number
        member.actor = actor
        member.text = text
        return member

    @property
    def code(self) -> str:
        """The stable name that tables and summaries carry, such as "missing_value"."""
        return self.name.lower()

    @classmethod
    def of_code(cls, code: str) -> Reason:
        """The reason of a code; raises KeyError where there is none."""
        return cls[code.upper()]

    OK = 0, Actor.NOBODY, "the shot is accepted"
    MISSING_VALUE = 1, Actor.FACILITY, "a required field is empty: fill it in and send the shot again"
    NOT_UTF8 = 2, Actor.CENTRAL, "the text is not UTF-8: export the table again in UTF-8"
    VALUE_TOO_LONG = (
        3,
        Actor.FACILITY,
        "the value is longer than allowed: shorten it (names: 80 characters, shot_id: 64 bytes)",
    )
    CONTROL_CHARACTER = (
        4,
        Actor.FACILITY,
        "the text holds a control or invisible character: type the value anew",
    )
    FOREIGN_CHARACTER = (
        5,
        Actor.FACILITY,
        "the name holds a character that has no transliteration: write it in Latin letters",
    )
    NAME_NOTHING_LEFT = (
        6,
        Actor.FACILITY,
        "nothing of the name is left after transliteration: enter the family name in letters",
    )
    PERSON_ID_MALFORMED = (
        7,
        Actor.FACILITY,
        "the number is neither 9 or 12 digits nor a passport number: correct it from the person's document"
        " (a spreadsheet drops a leading 0 unless the column is text)",
    )
    DATE_IMPOSSIBLE = (
        8,
        Actor.FACILITY,
        "the date does not exist, is too early or is not YYYY-MM-DD: correct it, vaccinations from"
        " 2020-12-01, births from 1900 (YYYY-MM or YYYY if no more is known)",
    )
    DATE_IN_FUTURE = 9, Actor.FACILITY, "the date lies after the day of issue: correct it"
    VACCINATED_BEFORE_BIRTH = (
        10,
        Actor.FACILITY,
        "the vaccination is dated before the birth: correct one of the two dates",
    )
    VACCINE_UNKNOWN = (
        11,
        Actor.PROFILE,
        "the vaccine is no known product: correct its name, or add it to the profile's products",
    )
    DOSE_IMPOSSIBLE = (
        12,
        Actor.FACILITY,
        "the dose numbers do not go together: 1 to 9, and beyond the series only after a single dose",
    )
    DUPLICATE = 13, Actor.CENTRAL, "an earlier row has the same shot_id: remove one of the two"
    CERTIFICATE_DAMAGED = (
        14,
        Actor.REGISTRY,
        "the stored certificate cannot be read or is not what its row says: audit the registry, and put its"
        " file back from a copy",
    )
    HOLDER_NOT_FOUND = (
        15,
        Actor.CENTRAL,
        "no holder of that number is in the register that was named: find out whether the person has died or"
        " has another number now; foreigners need a register of their own",
    )
    HOLDER_DIFFERS = (
        16,
        Actor.FACILITY,
        "the register has another name or date of birth for the number: correct the shot, or the register",
    )
