"""Why a correction file, or a row of one, is not taken: a code a way, with what to do."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

__all__ = [
    "HOW_TO_WRITE",
    "REFUSED_CORRECTIONS",
    "FileRefusedError",
    "Refusal",
    "RefusalKind",
    "refusals_table",
]

REFUSED_CORRECTIONS = pa.schema(
    [
        ("file", pa.string()),
        ("row", pa.int64()),
        ("field", pa.string()),
        ("reason", pa.string()),
        ("advice", pa.string()),
    ]
)
"""`row` as a spreadsheet numbers it, the header being 1; null where the whole file is not taken. `field` is a
column of the file or null. No values: they are personal data."""


class RefusalKind(enum.Enum):
    """The code, and what to do."""

    advice: str

    # the default is for type checkers only, which take a look-up such as RefusalKind("stale") for this call
    def __new__(cls, code: str, advice: str = "") -> RefusalKind:
        member = object.__new__(cls)
        member._value_ = code
        member.advice = advice
        return member

    NOT_REGULAR = "not_regular", "a link, a pipe or a device: put the file itself there"
    OTHER_FORMAT = "other_format", "save it as csv or xlsx"
    FILE_UNREADABLE = (
        "file_unreadable",
        "damaged, open to nobody, or changed while it was read: copy it again",
    )
    FILE_TOO_LARGE = "file_too_large", "larger than any file of corrections: divide it"
    NOT_UTF8 = "not_utf8", "letters are lost in this code page: save it as CSV UTF-8 or as xlsx"
    COLUMN_MISSING = (
        "column_missing",
        "put the column back, empty or as it was, under its name in the first row",
    )
    COLUMN_REPEATED = "column_repeated", "keep one of the columns of this name"
    EXTRA_MISSING = "extra_missing", "reading xlsx needs openpyxl: install signer with its extra [sheets]"
    NOT_ATTESTED = "not_attested", "have it signed by its facility or province, after the last change"
    CELLS_SHIFTED = (
        "cells_shifted",
        "the row has more cells than the header: put cells with a separator in quotes",
    )
    UNREADABLE = "unreadable", "write the value as README.txt says"
    ZEROS_LOST = (
        "zeros_lost",
        "a spreadsheet has changed the number: write all 9 or 12 digits, in a cell of text",
    )
    PASSPORT_MISSING = (
        "passport_missing",
        "a foreigner has the number of a passport: write it into correct_person_id",
    )
    WHO_MISSING = "who_missing", "write into corrected_by who says so"
    WHEN_MISSING = "when_missing", "write the day into corrected_on, YYYY-MM-DD"
    IN_FUTURE = "in_future", "the day lies in the future: correct it"
    CONTRADICTORY = "contradictory", "corrections of the shot do not say the same: leave the right one alone"
    UNKNOWN_SHOT = "unknown_shot", "no shot that is handed in has this shot_id: take a new file of this run"
    REPEATED_SHOT = "repeated_shot", "several shots have this shot_id: correct them where they come from"
    OTHER_FACILITY = "other_facility", "the shot is of another place: take the file of its own facility"
    STALE = "stale", "the shot says another now: take a new file and correct that one"
    REWRITTEN = (
        "rewritten",
        "a spreadsheet has changed what the shot says (zeros, dates): take xlsx, or open the csv with all"
        " columns as text",
    )


DAY = "write the day as YYYY-MM-DD, in a cell of text"
DOSE = "write one digit, 1 to 9"
HOW_TO_WRITE = {
    "correct_person_id": "write 9 or 12 digits, or a foreigner's passport in capital letters and digits",
    "correct_date_of_birth": "write the day as YYYY-MM-DD, YYYY-MM or YYYY, in a cell of text",
    "correct_sex": "write M or F",
    "correct_nationality": "write two letters, such as VN",
    "correct_dose_number": DOSE,
    "correct_doses_in_series": DOSE,
    "correct_vaccinated_on": DAY,
    "corrected_on": DAY,
    "withdraw": "write yes, or nothing",
}
"""By column, instead of the advice of `unreadable`."""


@dataclass(frozen=True)
class Refusal:
    """A row, or a file where `row` is None, that is not taken; `advice` instead of the kind's."""

    file: str
    row: int | None
    field: str | None
    kind: RefusalKind
    advice: str = ""


class FileRefusedError(Exception):
    """A file that is not taken as a whole; never leaves this package."""

    def __init__(self, kind: RefusalKind, field: str | None = None, advice: str = "") -> None:
        super().__init__(kind, field, advice)
        self.kind, self.field, self.advice = kind, field, advice

    def of(self, file: str) -> Refusal:
        """The same, naming the file."""
        return Refusal(file, None, self.field, self.kind, self.advice)


def refusals_table(refusals: Sequence[Refusal]) -> pa.Table:
    """REFUSED_CORRECTIONS, in order of file, row and field."""
    ordered = sorted(refusals, key=lambda one: (one.file, one.row or 0, one.field or "", one.kind.value))
    columns = [
        [one.file for one in ordered],
        [one.row for one in ordered],
        [one.field for one in ordered],
        [one.kind.value for one in ordered],
        [one.advice or one.kind.advice for one in ordered],
    ]
    arrays = [
        pa.array(values, field.type) for values, field in zip(columns, REFUSED_CORRECTIONS, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=REFUSED_CORRECTIONS)
