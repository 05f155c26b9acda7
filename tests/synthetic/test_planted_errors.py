"""Each planted error is what the truth table says, and the shares are those that were published."""

from __future__ import annotations

import datetime
from collections import Counter

import pyarrow.parquet as pq
import pytest
from synthetic.reference_matcher import comparable

from signer import _core
from signer.records.products import NATIONAL_NAMES, resolve_products
from signer.records.reasons import Reason
from signer.synthetic.places import PROVINCES
from signer.synthetic.planted import CLASSES

NAME_DETAILS = {
    "given_name_replaced",
    "middle_name_replaced",
    "family_name_replaced",
    "middle_name_lost",
    "letter_lost",
    "marks_lost",
    "tone_confused",
    "typed_as_telex",
}
BIRTH_DETAILS = {"day_month_swapped", "year_only", "one_digit", "other"}


def details(nation, planted):
    return {truth["detail"] for _, truth in nation.with_truth(planted)}


def test_each_class_has_its_details(nation):
    assert {planted: details(nation, planted) for planted in CLASSES} == {
        "name_differs": NAME_DETAILS,
        "birth_differs": BIRTH_DETAILS,
        "both_differ": {*BIRTH_DETAILS, "number_of_other"},
        "person_not_found": {"not_registered", "number_mistyped", "old_number"},
        "number_missing": {None},
        "number_malformed": {
            *("digit_added", "digit_lost", "zero_lost", "not_digits", "province_code", "century_digit")
        },
        "number_of_other": {"sex", "register_sex", "register_year"},
        "duplicate_shot": {"exact", "entered_again"},
        "dose_conflict": {"order", "interval", "count"},
        "dose_impossible": {None},
        "date_in_future": {None},
        "date_impossible": {"date_of_birth", "vaccinated_on"},
        "vaccine_unknown": {None},
        "name_unreadable": {None},
    }


def test_a_replaced_or_lost_part_leaves_the_others_as_they_are(nation):
    for detail in NAME_DETAILS:
        for shot, truth in nation.with_truth("name_differs", detail):
            shown, right = shot["full_name"].split(), truth["right_full_name"].split()
            if detail == "given_name_replaced":
                assert shown[:-1] == right[:-1]
            elif detail == "family_name_replaced":
                assert shown[-1] == right[-1]
                assert shown[0] != right[0] or right[0] == "Rơ"  # Châm
            elif detail == "letter_lost":
                assert shot["full_name"] == truth["right_full_name"][:-1]
            elif detail == "marks_lost":
                assert shot["full_name"].isascii()
            elif detail == "middle_name_lost":
                assert (shown[0], shown[-1]) == (right[0], right[-1])
                assert len(shown) < len(right)


def test_a_number_of_another_is_that_of_another_person_in_the_register(nation):
    """Other name, other birth; mostly of one household, as the telephone tells."""
    for shot, truth in nation.with_truth("both_differ", "number_of_other"):
        person, other = nation.register[truth["person_id"]], nation.register[shot["person_id"]]
        assert shot["person_id"] != truth["person_id"]
        assert comparable(shot["full_name"]) == comparable(person["full_name"])
        assert shot["date_of_birth"] == person["date_of_birth"]
        assert comparable(other["full_name"]) != comparable(person["full_name"])
        assert other["date_of_birth"] != person["date_of_birth"]


def test_a_mistyped_number_has_one_wrong_digit_and_is_nobodys(nation):
    rows = nation.with_truth("person_not_found", "number_mistyped")
    assert {len(shot["person_id"]) for shot, _ in rows} == {9, 12}
    for shot, truth in rows:
        number, right = shot["person_id"], truth["person_id"]
        assert number not in nation.register
        assert sum(one != other for one, other in zip(number, right, strict=True)) == 1
        assert len(number) == 9 or number[:6] == right[:6]


def test_an_old_number_has_nine_digits_where_the_register_has_twelve(nation):
    for shot, truth in nation.with_truth("person_not_found", "old_number"):
        assert (len(shot["person_id"]), len(truth["person_id"])) == (9, 12)
        assert shot["person_id"].isdigit()
        assert shot["person_id"] not in nation.register
        assert truth["right_date_of_birth"] is None


def test_a_person_not_registered_is_in_no_register_with_any_shot(nation):
    numbers = {shot["person_id"] for shot in nation.rows("person_not_found", "not_registered")}
    assert not numbers & set(nation.register)
    planted = {
        truth["detail"]
        for s, truth in zip(nation.shots, nation.truth, strict=True)
        if s["person_id"] in numbers
    }
    assert planted == {"not_registered"}


def test_a_repeated_shot_is_the_same_but_for_who_entered_it(nation):
    first: dict[tuple[object, ...], dict[str, object]] = {}
    for shot, truth in zip(nation.shots, nation.truth, strict=True):
        key = shot["person_id"], shot["vaccinated_on"], shot["vaccine"]
        if truth["planted"] == "duplicate_shot":
            differs = {name for name, value in shot.items() if value != first[key][name]} - {"shot_id"}
            if truth["detail"] == "exact":
                assert not differs
            else:
                assert {"facility"} <= differs <= {"facility", "district", "full_name"}
        elif truth["planted"] is None:
            first[key] = shot


def test_of_two_doses_in_conflict_both_are_planted(nation):
    people = Counter(shot["person_id"] for shot in nation.rows("dose_conflict"))
    assert set(people.values()) == {2}


def test_missing_numbers_are_null_or_empty(nation):
    assert {shot["person_id"] for shot in nation.rows("number_missing")} == {None, ""}


def test_malformed_numbers_are_what_no_number_can_be(nation):
    codes = {f"{code:03}" for code, _, _ in PROVINCES}
    for shot, truth in nation.with_truth("number_malformed"):
        number, right = shot["person_id"], truth["person_id"]
        match truth["detail"]:
            case "province_code":
                assert number[:3] not in codes
                assert number[3:] == right[3:]
            case "century_digit":
                assert number[3] in "456789"
            case "zero_lost":
                assert "0" + number == right
            case "digit_lost":
                assert number == right[:-1]
            case "digit_added":
                assert number[:-1] == right
            case _:
                assert len(number) == len(right)
                assert "-" in number


def test_shot_ids_are_unique(nation):
    assert len({shot["shot_id"] for shot in nation.shots}) == len(nation.shots)


def test_impossible_doses_are_3_of_2(nation):
    assert {(shot["dose_number"], shot["doses_in_series"]) for shot in nation.rows("dose_impossible")} == {
        (3, 2)
    }


def test_future_dates_lie_a_century_ahead(nation):
    assert all(shot["vaccinated_on"] > datetime.date(2121, 1, 1) for shot in nation.rows("date_in_future"))


def test_impossible_dates_are_in_the_birth_or_in_the_vaccination(nation):
    births = [shot["date_of_birth"].endswith("-02-30") for shot in nation.rows("date_impossible")]
    assert {True, False} == set(births)
    for shot, in_birth in zip(nation.rows("date_impossible"), births, strict=True):
        assert in_birth or shot["vaccinated_on"] < datetime.date(1930, 1, 1)


def test_unknown_vaccines_are_no_national_names(nation):
    shots = nation.rows("vaccine_unknown")
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
    """Of 76.6 M: 51.5 right, 19.0 wrong, 2.6 not verifiable, 3.5 no number or a malformed one; within 1 %."""
    of_number = {"number_missing", "number_malformed"}
    unverifiable = {"not_registered", "register_sex", "register_year"}
    wrong, without, not_found = set(), set(), set()
    for shot, truth in zip(nation.shots, nation.truth, strict=True):
        if truth["planted"] in of_number:
            without.add(truth["person_id"])
        elif truth["detail"] in unverifiable:
            not_found.add(shot["person_id"])
        elif truth["stage"] == "cleaning" and truth["planted"] not in ("duplicate_shot", "dose_conflict"):
            wrong.add(truth["person_id"])
    people = nation.summary.people
    assert len(wrong) / people == pytest.approx(19.0 / 76.6, abs=0.01)
    assert len(not_found) / people == pytest.approx(2.6 / 76.6, abs=0.005)
    assert len(without) / people == pytest.approx(3.5 / 76.6, abs=0.005)


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


SEEN_BY_THE_REGISTER_ALONE = {"province_code", "century_digit"}
"""Of malformed numbers: twelve digits they have."""


@pytest.mark.long
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
            planted, detail = nation.planted[row + place], nation.truth[row + place]["detail"]
            expected = REFUSED_AT_ISSUE.get(planted or "", {Reason.OK})
            if detail in SEEN_BY_THE_REGISTER_ALONE:
                expected = {Reason.OK}
            assert Reason(reasons.get(place, Reason.OK)) in expected, (row + place, planted)
        row += len(batch)
