"""What cleaning must find in a few rows, by plain loops: the reference that the SQL is held against."""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Any

from reference.name_keys import reference_key

from signer.records.countries import COUNTRIES, HOME

PROVINCES = {
    *(
        1,
        2,
        4,
        6,
        8,
        10,
        11,
        12,
        14,
        15,
        17,
        19,
        20,
        22,
        24,
        25,
        26,
        27,
        30,
        31,
        33,
        34,
        35,
        36,
        37,
        38,
        40,
        42,
    ),
    *(44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84),
    *(86, 87, 89, 91, 92, 93, 94, 95, 96),
}
ORDER = (
    "not_attested", "number_missing", "number_malformed", "person_not_found", "both_differ", "name_differs",
    "birth_differs", "number_of_other", "duplicate_shot", "dose_conflict", "date_impossible",
    "date_in_future", "vaccine_unknown", "dose_impossible", "name_unreadable", "birth_impossible",
)  # fmt: skip

WEIGHTS = {"both_differ": 8, "name_differs": 4, "birth_differs": 2, "number_of_other": 1}

Row = Mapping[str, Any]


def is_foreign(row: Row) -> bool:
    number, nationality = row["person_id"], row["nationality"]
    is_other_country = (nationality or "").strip(" ").upper() in COUNTRIES - {HOME}
    if not number or not number.strip(" ") or not is_other_country:
        return False
    return bool(re.fullmatch("[A-Z0-9]{6,20}", number)) and not re.fullmatch("[0-9]{12}", number)


def number_reasons(row: Row, today: datetime.date) -> set[str]:
    number = row["person_id"]
    if not number or not number.strip(" "):
        return {"number_missing"}
    if is_foreign(row) or re.fullmatch("[0-9]{9}", number):
        return set()
    if not re.fullmatch("[0-9]{12}", number) or int(number[:3]) not in PROVINCES:
        return {"number_malformed"}
    return {"number_malformed"} if year_in(number) > today.year else set()


def year_in(number: str) -> int:
    return 1900 + int(number[3]) // 2 * 100 + int(number[4:6])


def key(name: str | None) -> object:
    if not name or not any(letter.isalpha() for letter in name) or re.search("[0-9?\x00-\x1f]", name):
        return None
    return reference_key(name)


def is_birth(text: str | None) -> bool:
    return bool(text and re.fullmatch("[0-9]{4}(-[0-9]{2}){0,2}", text))


def against_person(shot: Row, person: Row) -> set[str]:
    """The reasons that a row of the register gives."""
    same_name = key(shot["full_name"]) is not None and key(shot["full_name"]) == key(person["full_name"])
    shown, registered = shot["date_of_birth"], person["date_of_birth"]
    same_birth = is_birth(shown) and is_birth(registered) and shown.startswith(registered)
    found = set()
    if not (same_name and same_birth):
        found.add("birth_differs" if same_name else "name_differs" if same_birth else "both_differ")
    if is_other(shot["person_id"], person["sex"], registered) or (
        None not in (shot["sex"], person["sex"]) and shot["sex"] != person["sex"]
    ):
        found.add("number_of_other")
    return found


def is_other(number: str, sex: str | None, birth: str | None) -> bool:
    if len(number) != 12:
        return False
    own_sex = "MF"[int(number[3]) % 2]
    return (sex is not None and sex != own_sex) or (
        is_birth(birth) and int(str(birth)[:4]) != year_in(number)
    )


def row_reasons(shot: Row, today: datetime.date) -> set[str]:
    found = set()
    day, dose, series = shot["vaccinated_on"], shot["dose_number"], shot["doses_in_series"]
    if day is None or day < datetime.date(2020, 12, 1):
        found.add("date_impossible")
    elif day > today:
        found.add("date_in_future")
    if not shot["vaccine"]:
        found.add("vaccine_unknown")
    if not (dose in range(1, 10) and series in range(1, 10) and (dose <= series or series == 1)):
        found.add("dose_impossible")
    if key(shot["full_name"]) is None:
        found.add("name_unreadable")
    if not can_be_birth(shot["date_of_birth"], today):
        found.add("birth_impossible")
    return found


def can_be_birth(text: str | None, today: datetime.date) -> bool:
    if not is_birth(text):
        return text == ""
    try:
        day = datetime.date.fromisoformat(str(text) + "0000-01-01"[len(str(text)) :])
    except ValueError:
        return False
    return datetime.date(1900, 1, 1) <= day <= today


def alone(shot: Row, people: Sequence[Row], today: datetime.date) -> set[str]:
    """The reasons of a shot without a look at the others."""
    found = number_reasons(shot, today) | row_reasons(shot, today)
    if is_foreign(shot) or found & {"number_missing", "number_malformed"}:
        return found
    matches = [person for person in people if person["person_id"] == shot["person_id"]]
    if not matches:
        other = is_other(shot["person_id"], shot["sex"], shot["date_of_birth"])
        return found | {"person_not_found"} | ({"number_of_other"} if other else set())
    best = min(
        (against_person(shot, person) for person in matches),
        key=lambda reasons: sum(WEIGHTS[reason] for reason in reasons),
    )
    return found | best


def identity(shot: Row, reasons: set[str]) -> object:
    if reasons & {"number_missing", "number_malformed"}:
        return None
    return is_foreign(shot), shot["person_id"]


def judge(shots: Sequence[Row], people: Sequence[Row], today: datetime.date) -> list[list[str]]:
    """The reasons of each shot in the order in which they decide."""
    found = [alone(shot, people, today) for shot in shots]
    clean = [not reasons for reasons in found]
    who = [identity(shot, reasons) for shot, reasons in zip(shots, found, strict=True)]
    stayed: set[object] = set()
    repeats = set()
    for row in sorted(range(len(shots)), key=lambda row: (not clean[row], row)):
        shot = shots[row]
        same = who[row], shot["vaccinated_on"], shot["vaccine"]
        if None in same or not shot["vaccine"]:
            continue
        if same in stayed:
            repeats.add(row)
        stayed.add(same)
    for row in repeats:
        found[row].add("duplicate_shot")
    for one in {who[row] for row in range(len(shots)) if clean[row]}:
        rows = [row for row in range(len(shots)) if clean[row] and who[row] == one and row not in repeats]
        rows.sort(key=lambda row: (shots[row]["vaccinated_on"], shots[row]["dose_number"], row))
        for earlier, later in itertools.pairwise(rows):
            days = (shots[later]["vaccinated_on"] - shots[earlier]["vaccinated_on"]).days
            if shots[earlier]["dose_number"] >= shots[later]["dose_number"] or days < 14:
                found[earlier].add("dose_conflict")
                found[later].add("dose_conflict")
    return [[reason for reason in ORDER if reason in reasons] for reasons in found]
