"""Findings in words: all that can be found can be said, in both languages, and the same in both."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Mapping

import pytest

from signer.attesting.faults import FaultKind
from signer.cleaning.classes import DETAILS, FAULTS, ShotClass
from signer.corrections.problems import DETAILS_IN_WORDS, REASONS_IN_WORDS
from signer.records.reasons import Reason
from signer.reporting.explain_findings import Actor, Finding, FindingClass
from signer.reporting.explain_language import Language
from signer.reporting.explain_words import LANGUAGES, FindingWords

BOTH = pytest.mark.parametrize("name", sorted(LANGUAGES))
FULL = Finding(
    FindingClass.ISSUED,
    Actor.FACILITY,
    act_by=1_652_000_000,
    shot_id="S1",
    dose_number=1,
    doses_in_series=2,
    vaccine="Pfizer",
    province="Huế",
    district="d",
    facility="01",
    uvci="U1",
    issued_at=1_649_906_100,
    expires_at=1_681_442_100,
    superseded_by="U2",
    reasons=("name_differs",),
    field="full_name",
    refused_at=1_649_906_100,
    order_reason="lot",
    ordered_by="M",
    ordered_at=1_649_906_100,
    files=(("hue.csv", "not_signed"),),
    n=2,
)


def places(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


@BOTH
def test_every_code_that_there_is_has_its_words(name: str) -> None:
    language = LANGUAGES[name]
    assert set(language.classes) == set(FindingClass)
    assert set(language.actors) == set(Actor)
    assert set(language.reasons) == {kind.code for kind in ShotClass if kind in FAULTS}
    assert set(language.details) == set(filter(None, DETAILS))
    assert set(language.refusals) == {reason.code for reason in Reason if reason}
    assert set(language.set_aside) == {kind.code for kind in FaultKind}
    assert {kind.field for kind in ShotClass} <= set(language.fields)


@BOTH
@pytest.mark.parametrize("kind", FindingClass)
def test_whoever_must_act_is_told_what_to_do(name: str, kind: FindingClass) -> None:
    nothing_to_do = {
        FindingClass.ISSUED, FindingClass.RENEWED, FindingClass.RESTORED, FindingClass.SUPERSEDED,
        FindingClass.OTHER_NUMBER, FindingClass.EARLIER_DOSE,
    }  # fmt: skip
    assert (kind in LANGUAGES[name].advice) == (kind not in nothing_to_do)


def test_both_languages_tell_the_same_of_a_finding() -> None:
    english, vietnamese = LANGUAGES["en"], LANGUAGES["vi"]
    for member in dataclasses.fields(Language):
        one, other = getattr(english, member.name), getattr(vietnamese, member.name)
        if isinstance(one, Mapping):
            assert {code: places(text) for code, text in one.items()} == {
                code: places(text) for code, text in other.items()
            }, member.name
        else:
            assert places(one) == places(other), member.name


@BOTH
@pytest.mark.parametrize("kind", FindingClass)
def test_no_place_is_left_open(name: str, kind: FindingClass) -> None:
    words = FindingWords(LANGUAGES[name], 420)
    told = words.sentences(dataclasses.replace(FULL, kind=kind))
    assert told
    assert not re.search(r"[{}]|None", told)


def test_vietnamese_is_written_with_its_marks_in_nfc() -> None:
    texts = [text for member in dataclasses.astuple(LANGUAGES["vi"]) for text in _texts(member)]
    assert all(unicodedata.is_normalized("NFC", text) for text in texts)
    bare = [text for text in texts if len(text) > 25 and text.isascii()]
    assert bare == []


def test_english_says_of_a_reason_what_the_sheets_of_corrections_say() -> None:
    """But of another's number, which a hotline is not to guess at aloud."""
    shortened = {"both_differ"}
    for code in set(REASONS_IN_WORDS) - shortened:
        assert LANGUAGES["en"].reasons[code] == REASONS_IN_WORDS[code]
    assert LANGUAGES["en"].details == DETAILS_IN_WORDS


def test_days_are_those_of_the_issuer_in_the_order_of_the_language() -> None:
    late = dataclasses.replace(FULL, issued_at=1_649_959_200)  # 2022-04-14T18:00:00Z
    assert "issued on 2022-04-15" in FindingWords(LANGUAGES["en"], 420).sentences(late)
    assert "cấp ngày 15/04/2022" in FindingWords(LANGUAGES["vi"], 420).sentences(late)


@BOTH
def test_a_vaccine_that_no_list_has_is_put_right_by_whoever_must_act(name: str) -> None:
    """By the facility, which gets a sheet from cleaning; at issuing by whoever keeps the profile."""
    words = FindingWords(LANGUAGES[name], 420)
    facility, profile = {"en": ("facility", "profile"), "vi": ("cơ sở tiêm chủng", "cấu hình")}[name]
    for kind, actor, told, untold in (
        (FindingClass.FAULTY, Actor.FACILITY, facility, profile),
        (FindingClass.REFUSED, Actor.PROFILE, profile, facility),
    ):
        finding = dataclasses.replace(FULL, kind=kind, actor=actor, reasons=("vaccine_unknown",))
        for text in (words.sentences(finding).lower(), words.who(finding)):
            assert (told in text, untold in text) == (True, False)


def test_by_when_is_one_instant_in_both_languages() -> None:
    due = dataclasses.replace(FULL, act_by=1_798_650_000)  # 2026-12-30T17:00:00Z
    assert FindingWords(LANGUAGES["en"], 420).who(due).endswith(", before 2026-12-31 00:00 (UTC+07:00)")
    assert FindingWords(LANGUAGES["vi"], 420).who(due).endswith(", trước 00:00 ngày 31/12/2026 (UTC+07:00)")
    assert FindingWords(LANGUAGES["en"], 0).who(due).endswith(", before 2026-12-30 17:00 (UTC+00:00)")


def test_the_heading_names_the_shot_and_where_it_was_given() -> None:
    assert FindingWords(LANGUAGES["vi"], 420).heading(FULL) == "mũi tiêm S1, mũi 1/2, Pfizer, 01, d, Huế"


def test_nobody_is_told_to_act_where_nobody_must() -> None:
    idle = dataclasses.replace(FULL, actor=Actor.NOBODY)
    assert FindingWords(LANGUAGES["en"], 420).who(idle) == ""


def _texts(member: object) -> list[str]:
    return list(member.values()) if isinstance(member, Mapping) else [str(member)]
