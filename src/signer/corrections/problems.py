"""What is wrong with a refused shot, in words for the people who have to correct it."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["DETAILS_IN_WORDS", "REASONS_IN_WORDS", "problems"]

REASONS_IN_WORDS: Mapping[str, str] = {
    "not_attested": "the file in which the shot was handed in is not signed as it must be",
    "number_missing": "the person's number is missing",
    "number_malformed": "the person's number is neither a CCCD nor a CMND",
    "person_not_found": "the population register has no such number",
    "both_differ": "name and date of birth are not those of the number: it may be another person's",
    "name_differs": "the name is not that of the population register",
    "birth_differs": "the date of birth is not that of the population register",
    "number_of_other": "the number is that of a person of another sex or year of birth",
    "duplicate_shot": "another row has the same person, day and vaccine",
    "dose_conflict": "this and another dose of the person do not go together",
    "date_impossible": "the day of the vaccination is missing, or before the first vaccination",
    "date_in_future": "the day of the vaccination lies in the future",
    "vaccine_unknown": "the vaccine is missing or not known",
    "dose_impossible": "the number of the dose and that of the series do not go together",
    "name_unreadable": "the name is missing, or has characters that no certificate can carry",
    "birth_impossible": "the date of birth is no day that can be",
}
"""By the code of a reason."""

DETAILS_IN_WORDS: Mapping[str, str] = {
    "not_digits": "it has other characters than digits",
    "length": "it has neither 9 nor 12 digits",
    "province": "no province has its first three digits",
    "year": "its year of birth has not come yet",
    "unreadable": "it cannot be read in the shot or in the register",
    "day_month_swapped": "day and month are changed over",
    "year_only": "the shot has the year of birth alone",
    "one_digit": "one digit of the date differs",
    "other": "the dates of birth have little in common",
    "sex": "the sex differs",
    "birth_year": "the year of birth differs",
    "count": "both have the same dose number",
    "order": "the higher dose comes first",
    "interval": "too few days lie between them",
}
"""By the code of the detail, which belongs to the first reason."""


def problems(reasons: pa.Array, details: pa.Array) -> pa.Array:
    """One line of words a row. `reasons`: codes, parted by a comma and a blank; `details` may have nulls."""
    both = pc.binary_join_element_wise(reasons, pc.fill_null(details, ""), "|").dictionary_encode()
    words = pa.array([_in_words(*kind.split("|")) for kind in both.dictionary.to_pylist()], pa.string())
    return words.take(both.indices)


def _in_words(reasons: str, detail: str) -> str:
    first, *others = (REASONS_IN_WORDS.get(code, code) for code in reasons.split(", "))
    if detail:
        first = f"{first} ({DETAILS_IN_WORDS.get(detail, detail)})"
    return "; ".join([first, *others])
