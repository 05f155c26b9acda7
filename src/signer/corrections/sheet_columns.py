"""The columns of a correction file: the shot, what is wrong with it, how it is, and what to fill in."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = [
    "AS_IT_IS",
    "COLUMNS",
    "CORRECTABLE",
    "EXPLAINED",
    "FILL_IN",
    "NEEDED",
    "PLACE",
    "correction_of",
]

PLACE = ("province", "district", "facility")

AS_IT_IS = (
    "person_id", "full_name", "date_of_birth", "sex", "nationality", "vaccine", "lot", "dose_number",
    "doses_in_series", "vaccinated_on",
)  # fmt: skip
"""Fields of the shot as they are; who corrects leaves them alone, and so a file that is out of date shows."""

CORRECTABLE = tuple(name for name in AS_IT_IS if name != "lot")


def correction_of(field: str) -> str:
    """The column in which the right value of a field is filled in."""
    return f"correct_{field}"


FILL_IN = (*map(correction_of, CORRECTABLE), "withdraw", "corrected_by", "corrected_on")

COLUMNS = ("shot_id", *PLACE, "problem", "reasons", *AS_IT_IS, "suggestion", *FILL_IN)
"""In the order in which they are written; who hands a file in may have changed it."""

NEEDED = ("shot_id", *PLACE, *AS_IT_IS, *FILL_IN)
"""Without these a file is not taken; all other columns are not looked at."""

EXPLAINED: Mapping[str, str] = {
    "shot_id": "the shot; leave it as it is",
    "province": "where the shot was given; leave it as it is",
    "district": "the same",
    "facility": "the same",
    "problem": "what is wrong, in words",
    "reasons": "the same as codes, the decisive one first",
    **dict.fromkeys(AS_IT_IS, "as the shot says it now; leave it as it is"),
    "suggestion": "number of a person of the register who is probably meant, and what differs; check it",
    "correct_person_id": "the right number: 9 or 12 digits with all zeros, or a foreigner's passport number",
    "correct_full_name": "the right name, with all marks",
    "correct_date_of_birth": "YYYY-MM-DD, or YYYY-MM or YYYY where no more is known",
    "correct_sex": "M or F",
    "correct_nationality": "two letters, VN for Vietnam",
    "correct_vaccine": "the right name of the vaccine",
    "correct_dose_number": "1 to 9",
    "correct_doses_in_series": "1 to 9",
    "correct_vaccinated_on": "YYYY-MM-DD",
    "withdraw": "yes, where the shot is to go, as one that stands there twice; then correct nothing else",
    "corrected_by": "who says so; needed in every row that corrects or withdraws",
    "corrected_on": "YYYY-MM-DD, the day on which this was found out; needed as well",
}
"""What stands in a column, or is to be filled in there, for the people at a facility."""
