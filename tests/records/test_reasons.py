"""Reason codes and field names agree with the core's."""

import re
from pathlib import Path

import pytest

from signer.records.reasons import FIELDS, Actor, Reason

SHOTS_H = Path(__file__).parents[2] / "src" / "signer" / "native" / "shots" / "shots.h"


def enum_members(type_name: str) -> list[str]:
    """The members of the C enum `type_name` of shots.h in their order, which must number them from 0."""
    source = re.sub(r"/\*.*?\*/", "", SHOTS_H.read_text("utf-8"), flags=re.DOTALL)
    bodies = [
        body
        for body, name in re.findall(r"typedef enum \{(.*?)\} (\w+);", source, re.DOTALL)
        if name == type_name
    ]
    members = [member.strip() for member in bodies[0].split(",") if member.strip()]
    assert not any("=" in member for member in members)
    return members


def test_reasons_have_the_order_and_names_of_the_core() -> None:
    of_the_core = [member.removeprefix("SHOT_") for member in enum_members("shot_reason")]
    assert of_the_core == [*(reason.name for reason in Reason), "REASONS"]
    assert [int(reason) for reason in Reason] == list(range(len(Reason)))


def test_fields_have_the_order_and_names_of_the_core() -> None:
    of_the_core = [member.removeprefix("FIELD_").lower() for member in enum_members("shot_field")]
    assert of_the_core == [*FIELDS, "shot_fields"]


def test_a_code_is_the_name_in_lower_case() -> None:
    assert Reason.MISSING_VALUE.code == "missing_value"
    assert len({reason.code for reason in Reason}) == len(Reason)


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.OK])
def test_every_refusal_says_in_one_line_what_to_do_and_who_must(reason: Reason) -> None:
    assert reason.actor in {Actor.FACILITY, Actor.PROFILE, Actor.CENTRAL}
    assert reason.text == reason.text.strip()
    assert "\n" not in reason.text
    assert ":" in reason.text, "what is wrong: what to do"
    assert not reason.text.endswith(".")
