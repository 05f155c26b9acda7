"""Each planted error is what the truth table says, and the shares are those that were published."""

from __future__ import annotations

import datetime
import unicodedata
from collections import Counter

import pyarrow.parquet as pq
import pytest

from signer import _core
from signer.records.products import NATIONAL_NAMES, resolve_products
from signer.records.reasons import Reason
from signer.synthetic.planted import CLASSES

TONES = "\u0300\u0301\u0303\u0309\u0323"


def matched(name: str) -> str:
    """A name without case, normal form and place of the tone: two writings of one name come out the same."""
    words = []
    for word in unicodedata.normalize("NFD", name.casefold()).split():
        tones = "".join(character for character in word if character in TONES)
        words.append("".join(character for character in word if character not in TONES) + tones)
    return " ".join(words)


def rows(nation, planted):
    return [shot for shot, found in zip(nation.shots, nation.planted, strict=True) if found == planted]


def is_whole(date_of_birth: str) -> bool:
    return len(date_of_birth) == 10


def test_right_shots_match_the_register_whatever_their_writing(nation):
    differently_written = 0
    for shot in rows(nation, None):
        if shot["nationality"] != "VN":
            continue
        person = nation.register[shot["person_id"]]
        assert matched(shot["full_name"]) == matched(person["full_name"])
        assert (shot["date_of_birth"], shot["sex"]) == (person["date_of_birth"], person["sex"])
        differently_written += shot["full_name"] != person["full_name"]
    assert differently_written > 0


def test_a_differing_name_differs_beyond_its_writing_and_the_birth_is_right(nation):
    for shot in rows(nation, "name_differs"):
        person = nation.register[shot["person_id"]]
        assert matched(shot["full_name"]) != matched(person["full_name"])
        assert shot["date_of_birth"] == person["date_of_birth"]


def test_a_differing_birth_differs_and_the_name_is_right(nation):
    kinds = Counter()
    for shot in rows(nation, "birth_date_differs"):
        person = nation.register[shot["person_id"]]
        shown, registered = shot["date_of_birth"], person["date_of_birth"]
        assert shown != registered
        assert matched(shot["full_name"]) == matched(person["full_name"])
        if not is_whole(shown):
            kinds["year only"] += 1
        elif is_whole(registered) and shown[8:] + shown[5:7] == registered[5:7] + registered[8:]:
            kinds["swapped"] += shown[:4] == registered[:4]
        else:
            assert shown[:4] != registered[:4]
            assert shown[:3] == registered[:3]
            kinds["digit"] += 1
    assert min(kinds["year only"], kinds["swapped"], kinds["digit"]) > 0


def test_where_both_differ_both_do(nation):
    for shot in rows(nation, "both_differ"):
        person = nation.register[shot["person_id"]]
        assert matched(shot["full_name"]) != matched(person["full_name"])
        assert shot["date_of_birth"] != person["date_of_birth"]


def test_a_person_not_found_is_in_no_register(nation):
    shots = rows(nation, "person_not_found")
    assert shots
    assert all(shot["person_id"] not in nation.register for shot in shots)
    assert all(len(shot["person_id"]) in (9, 12) and shot["person_id"].isdigit() for shot in shots)


def test_missing_numbers_are_null_or_empty(nation):
    assert {shot["person_id"] for shot in rows(nation, "number_missing")} == {None, ""}


def test_malformed_numbers_are_no_numbers_of_9_or_12_digits(nation):
    for shot in rows(nation, "number_malformed"):
        number = shot["person_id"]
        assert not (number.isdigit() and len(number) in (9, 12))
        assert "-" in number or number.isdigit()


def test_a_duplicate_shot_comes_after_the_shot_it_repeats(nation):
    seen: dict[tuple[object, ...], str] = {}
    for shot, planted in zip(nation.shots, nation.planted, strict=True):
        key = tuple(value for name, value in shot.items() if name != "shot_id")
        if planted == "duplicate_shot":
            assert seen[key] != shot["shot_id"]
        seen[key] = shot["shot_id"]


def test_shot_ids_are_unique(nation):
    assert len({shot["shot_id"] for shot in nation.shots}) == len(nation.shots)


def test_impossible_doses_are_3_of_2(nation):
    assert {(shot["dose_number"], shot["doses_in_series"]) for shot in rows(nation, "dose_impossible")} == {
        (3, 2)
    }


def test_future_dates_lie_a_century_ahead(nation):
    assert all(shot["vaccinated_on"] > datetime.date(2121, 1, 1) for shot in rows(nation, "date_in_future"))


def test_impossible_dates_are_in_the_birth_or_in_the_vaccination(nation):
    births = [shot["date_of_birth"].endswith("-02-30") for shot in rows(nation, "date_impossible")]
    assert {True, False} == set(births)
    for shot, in_birth in zip(rows(nation, "date_impossible"), births, strict=True):
        assert in_birth or shot["vaccinated_on"] < datetime.date(1930, 1, 1)


def test_unknown_vaccines_are_no_national_names(nation):
    shots = rows(nation, "vaccine_unknown")
    assert shots
    assert not {shot["vaccine"] for shot in shots} & set(NATIONAL_NAMES)


def test_all_other_vaccines_are_national_names(nation):
    known = [
        s["vaccine"]
        for s, planted in zip(nation.shots, nation.planted, strict=True)
        if planted != "vaccine_unknown"
    ]
    assert set(known) == set(NATIONAL_NAMES)


def test_every_class_is_met(nation):
    assert set(nation.planted) == {None, *CLASSES}


def test_the_share_of_wrong_shots_is_the_published_one(nation):
    """41,431,114 of 154,000,402; within half a percent of all shots."""
    assert nation.summary.wrong / nation.summary.shots == pytest.approx(0.2690, abs=0.005)


def test_the_shares_of_people_are_the_published_ones(nation):
    """Of 76.6 M: 51.5 right, 19.0 wrong, 2.6 not found, 3.5 no number or a malformed one; within 1 %.

    People with a missing or malformed number cannot be counted by it: their shots are, and divided.
    """
    differing = {"name_differs", "birth_date_differs", "both_differ"}
    wrong = {s["person_id"] for s, p in zip(nation.shots, nation.planted, strict=True) if p in differing}
    not_found = {s["person_id"] for s in rows(nation, "person_not_found")}
    people = nation.summary.people
    assert len(wrong) / people == pytest.approx(19.0 / 76.6, abs=0.01)
    assert len(not_found) / people == pytest.approx(2.6 / 76.6, abs=0.005)
    no_number = len(rows(nation, "number_missing")) + len(rows(nation, "number_malformed"))
    shots_each = 1.6  # of a person's two shots, the first wrong one and six of ten others
    assert no_number / shots_each / people == pytest.approx(3.5 / 76.6, abs=0.01)


def test_the_small_classes_have_their_share(nation):
    """0.05 % of the shots each, 100 here: within 45, four times the spread of such a count."""
    for name in (
        "dose_impossible",
        "date_in_future",
        "date_impossible",
        "vaccine_unknown",
        "name_unreadable",
    ):
        assert nation.summary.planted[name] == pytest.approx(0.0005 * nation.summary.shots, abs=45)


REFUSED_AT_ISSUE = {
    "number_missing": {Reason.MISSING_VALUE},
    "number_malformed": {Reason.PERSON_ID_MALFORMED},
    "dose_impossible": {Reason.DOSE_IMPOSSIBLE},
    "date_in_future": {Reason.DATE_IN_FUTURE},
    "date_impossible": {Reason.DATE_IMPOSSIBLE},
    "vaccine_unknown": {Reason.VACCINE_UNKNOWN},
    "name_unreadable": {Reason.CONTROL_CHARACTER, Reason.NAME_NOTHING_LEFT, Reason.FOREIGN_CHARACTER},
}


def test_the_core_refuses_exactly_the_classes_that_can_be_seen_without_a_register(nation):
    """All other shots are issued, and none is refused for another reason than its planted one."""
    issued_at = int(datetime.datetime(2022, 4, 14, tzinfo=datetime.UTC).timestamp())
    issuer = _core.Issuer(
        scalar=bytearray(31) + b"\x01",
        kid=bytes(8),
        country="VN",
        issuer="Ministry of Health",
        issued_at=issued_at,
        expires_at=issued_at + 365 * 86_400,
        today=issued_at // 86_400,
        uvci_secret=bytes(32),
        person_secret=bytes(32),
        uvci_checksum=True,
        products=resolve_products(NATIONAL_NAMES),
    )
    row = 0
    for batch in pq.ParquetFile(nation.directory / "shots.parquet").iter_batches(4096):
        _, refused = issuer.issue(batch)
        reasons = dict(zip(refused["row"].to_pylist(), refused["reason"].to_pylist(), strict=True))
        for place in range(len(batch)):
            planted = nation.planted[row + place]
            expected = REFUSED_AT_ISSUE.get(planted or "", {Reason.OK})
            assert Reason(reasons.get(place, Reason.OK)) in expected, (row + place, planted)
        row += len(batch)
