"""A matcher in plain Python, written from the list of reasons alone: what the truth table is held against."""

from __future__ import annotations

import itertools
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

Row = dict[str, Any]

TONES = "\u0300\u0301\u0303\u0309\u0323"
STROKED = str.maketrans({"\u0111": "d", "\u00f0": "d", "\u0256": "d"})  # đ, and what looks like it
MIN_DAYS_BETWEEN_DOSES = 10  # somewhere between the planted conflicts and the shortest series


def comparable(name: str) -> str:
    """Without case, normal form, place of the tone, blanks and what tells Đ, Ð, Ɖ and D apart."""
    return "".join(map(_comparable_word, name.split()))


@cache
def _comparable_word(word: str) -> str:
    plain = unicodedata.normalize("NFD", word.casefold()).translate(STROKED)
    tones = "".join(character for character in plain if character in TONES)
    return "".join(character for character in plain if character not in TONES) + tones


def is_well_formed(number: str, province_codes: set[int]) -> bool:
    """CMND: nine digits. CCCD: twelve, with a province, a century and sex, and a year that has been."""
    if not number.isdigit() or len(number) not in (9, 12):
        return False
    return len(number) == 9 or (int(number[:3]) in province_codes and number[3] in "0123")


def birth_difference(shown: str, registered: str) -> str | None:
    """How two dates of birth differ, or None."""
    if shown == registered:
        return None
    if len(shown) == len(registered) == 10:
        if shown[:4] == registered[:4] and shown[5:7] + shown[8:] == registered[8:] + registered[5:7]:
            return "day_month_swapped"
    elif shown == registered[:4]:
        return "year_only"
    different = sum(one != other for one, other in itertools.zip_longest(shown, registered))
    return "one_digit" if different == 1 else "other"


def number_tells_otherwise(shot: Row, person: Row) -> bool:
    """Another sex than the register's in the shot, or another sex or year in the number."""
    if shot["sex"] != person["sex"]:
        return True
    number = person["person_id"]
    if len(number) == 9:
        return False
    century_and_sex, year = int(number[3]), int(person["date_of_birth"][:4])
    return (century_and_sex % 2 == 1) != (person["sex"] == "F") or year != (
        1900 + century_and_sex // 2 * 100 + int(number[4:6])
    )


def against_register(shot: Row, person: Row) -> tuple[str | None, str | None]:
    """Decisive reason and detail of a shot that shows this person's number."""
    birth = birth_difference(shot["date_of_birth"], person["date_of_birth"])
    if comparable(shot["full_name"]) != comparable(person["full_name"]):
        return ("both_differ", birth) if birth else ("name_differs", None)
    if birth:
        return "birth_differs", birth
    return ("number_of_other", None) if number_tells_otherwise(shot, person) else (None, None)


class Matcher:
    """A population register, and the codes of the provinces."""

    def __init__(self, register: dict[str, Row], province_codes: set[int]) -> None:
        self.register, self.province_codes = register, province_codes

    def alone(self, shot: Row) -> tuple[str | None, str | None]:
        """Decisive reason and detail of a shot without a look at others; "foreigner" is one, too."""
        number = shot["person_id"]
        if not number:
            return "number_missing", None
        if shot["nationality"] != "VN":
            return "foreigner", None
        if not is_well_formed(number, self.province_codes):
            return "number_malformed", None
        if number not in self.register:
            return "person_not_found", None
        return against_register(shot, self.register[number])

    def all(self, shots: Iterable[Row]) -> list[tuple[str | None, str | None]]:
        """The same, then repeated shots and conflicts among those that are right so far, in their order."""
        rows = list(shots)
        found = [self.alone(shot) for shot in rows]
        of_person: dict[str, list[int]] = defaultdict(list)
        seen = set()
        for place, shot in enumerate(rows):
            if found[place][0] is not None:
                continue
            key = shot["person_id"], shot["vaccinated_on"], shot["vaccine"]
            if key in seen:
                found[place] = "duplicate_shot", None
            else:
                of_person[shot["person_id"]].append(place)
            seen.add(key)
        for places in of_person.values():
            for place, conflict in conflicts(rows, places):
                found[place] = "dose_conflict", conflict
        return found


def conflicts(rows: list[Row], places: list[int]) -> Iterable[tuple[int, str]]:
    """Rows of one person that contradict each other, or themselves, and in what."""
    for place in places:
        number, in_series = rows[place]["dose_number"], rows[place]["doses_in_series"]
        if number > in_series > 1:
            yield place, "count"
    for one, other in itertools.combinations(places, 2):
        first, second = sorted((one, other), key=lambda place: rows[place]["dose_number"])
        days = (rows[second]["vaccinated_on"] - rows[first]["vaccinated_on"]).days
        conflict = None
        if rows[first]["dose_number"] == rows[second]["dose_number"]:
            conflict = "count"
        elif days < 0:
            conflict = "order"
        elif days < MIN_DAYS_BETWEEN_DOSES:
            conflict = "interval"
        if conflict:
            yield from ((one, conflict), (other, conflict))
