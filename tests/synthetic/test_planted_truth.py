"""A matcher that knows nothing but shots and register comes to what the truth table says, row by row."""

from __future__ import annotations

from collections import Counter

import pytest
from synthetic.reference_matcher import Matcher

from signer.synthetic.places import PROVINCES

CODES = {code for code, _, _ in PROVINCES}

SEEN_AS = {
    "name_unreadable": {"name_differs", "foreigner"},
    "date_impossible": {"birth_differs", "foreigner", None},
    "dose_impossible": {"dose_conflict", "foreigner"},
    "date_in_future": {"foreigner", None},
    "vaccine_unknown": {"foreigner", None},
}
"""What a matcher may say of shots that the issuer refuses for reasons of its own."""
HAS_NO_PERSON = {"not_registered", "register_sex", "register_year"}


@pytest.fixture(scope="module")
def found(nation):
    return Matcher(nation.register, CODES).all(nation.shots)


def test_every_shot_is_found_to_be_what_was_planted(nation, found):
    """Verified: no shot that the truth calls wrong in cleaning, and none refused that it calls right."""
    wrong = Counter()
    for shot, truth, (reason, _) in zip(nation.shots, nation.truth, found, strict=True):
        planted = truth["planted"]
        right = "foreigner" if shot["nationality"] != "VN" else None
        if reason not in SEEN_AS.get(planted, {planted or right}):
            wrong[planted, truth["detail"], reason] += 1
    assert not wrong


def test_births_and_doses_differ_in_the_way_that_the_detail_says(nation, found):
    classes = {"birth_differs", "dose_conflict"}
    for truth, (_, detail) in zip(nation.truth, found, strict=True):
        if truth["planted"] in classes or (truth["planted"] == "both_differ" and truth["detail"] in BIRTHS):
            assert detail == truth["detail"], truth


BIRTHS = {"day_month_swapped", "year_only", "one_digit", "other"}


def test_the_stage_tells_cleaning_from_issuing(nation):
    stages = {(truth["planted"], truth["stage"]) for truth in nation.truth}
    assert {planted for planted, stage in stages if stage == "issuing"} == set(SEEN_AS)
    assert {planted for planted, stage in stages if stage is None} == {None}


def corrected(shot, truth):
    """The shot as it ought to have been."""
    rights = {name[6:]: value for name, value in truth.items() if name.startswith("right_")}
    values = {**rights, "person_id": truth["person_id"]}
    return {**shot, **{name: value for name, value in values.items() if value is not None}}


def test_shots_corrected_by_the_truth_are_all_verified_but_the_unknowable(nation):
    """Repeated shots are taken out; left over is only whom the register does not know or contradicts."""
    pairs = list(zip(nation.shots, nation.truth, strict=True))
    in_need = {truth["person_id"] for _, truth in pairs if truth["planted"]}
    kept = [
        (corrected(shot, truth), truth)
        for shot, truth in pairs
        if truth["person_id"] in in_need and truth["planted"] != "duplicate_shot"
    ]
    found = Matcher(nation.register, CODES).all(shot for shot, _ in kept)
    left = Counter()
    for (shot, truth), (reason, _) in zip(kept, found, strict=True):
        if reason is not None and shot["nationality"] == "VN":
            left[reason] += 1
            assert truth["person_id"] is None
    assert set(left) == {"person_not_found", "number_of_other"}


def test_the_truth_corrects_nothing_that_is_right(nation):
    for shot, truth in zip(nation.shots, nation.truth, strict=True):
        for name, value in truth.items():
            if name.startswith("right_") and value is not None:
                assert truth["planted"] is not None
                assert shot[name[6:]] != value


def test_the_truth_names_the_person_in_the_register(nation):
    for shot, truth in zip(nation.shots, nation.truth, strict=True):
        if truth["planted"] is None and shot["nationality"] == "VN":
            assert truth["person_id"] == shot["person_id"]
        if truth["person_id"] is None:
            assert shot["nationality"] != "VN" or truth["detail"] in HAS_NO_PERSON
        else:
            assert truth["person_id"] in nation.register


def test_a_right_shot_says_how_its_name_is_written(nation):
    written = Counter(truth["detail"] for truth in nation.truth if truth["planted"] is None)
    assert set(written) == {
        None,
        *("upper_case", "lower_case", "decomposed", "other_tone_place", "look_alike", "plain_d", "spacing"),
    }
    for shot, truth in nation.with_truth(None):
        if shot["nationality"] == "VN":
            as_registered = shot["full_name"] == nation.register[shot["person_id"]]["full_name"]
            assert as_registered == (truth["detail"] is None)


@pytest.mark.parametrize("look_alike", ["\u00d0", "\u0189"])
def test_both_letters_that_look_like_a_stroked_d_occur_in_right_shots(nation, look_alike):
    shown = [shot["full_name"] for shot in nation.rows(None, "look_alike")]
    assert any(look_alike in name for name in shown)
