"""The id of a plan and its text: one text for one plan, and no other is taken for it."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from made_plans import INPUTS, PLAN, SUBJECT, with_input
from made_shots import write_shots

from signer.campaign import issue_parts
from signer.campaign.plan import Plan, Subject, plan_parts
from signer.campaign.plan_encoder import encoder_here
from signer.campaign.plan_text import plan_of_text, text_of_plan
from signer.records.pictures import PictureOptions
from signer.sources import open_source


def test_an_id_is_32_hexadecimal_digits() -> None:
    assert re.fullmatch("[0-9a-f]{32}", PLAN.plan_id)


def test_the_id_of_a_plan_is_the_same_in_every_version() -> None:
    """A changed id would begin anew what an earlier version left half done."""
    assert PLAN.plan_id == "3abe2a54a3de16afe081b45773101296"


@pytest.mark.parametrize(
    "subject",
    [
        with_input(SUBJECT, 0, sha256="1a" * 32),
        with_input(SUBJECT, 1, n_bytes=2001),
        replace(SUBJECT, inputs=INPUTS[::-1]),
        replace(SUBJECT, inputs=INPUTS[:1]),
        replace(SUBJECT, profile_digest="1c" * 32),
        replace(SUBJECT, pictures=None),
        replace(SUBJECT, pictures=PictureOptions("png", "H")),
        replace(SUBJECT, per="person"),
    ],
)
def test_another_subject_has_another_id(subject: Subject) -> None:
    assert subject.plan_id(0) != SUBJECT.plan_id(0)


def test_another_attempt_has_another_id() -> None:
    assert len({SUBJECT.plan_id(attempt) for attempt in range(100)}) == 100


@pytest.mark.parametrize(
    "plan",
    [
        replace(PLAN, subject=with_input(SUBJECT, 0, path="/elsewhere", identity=(9, 9, 1000, 9))),
        replace(PLAN, issued_at=0, expires_at=1),
        replace(PLAN, input_rows=(1, 2), parts=(), n_duplicates=0, instead_of=()),
    ],
)
def test_names_of_inputs_and_what_is_settled_later_are_no_part_of_the_id(plan: Plan) -> None:
    assert plan.plan_id == PLAN.plan_id


def test_a_plan_is_what_its_text_says() -> None:
    assert plan_of_text(text_of_plan(PLAN)) == PLAN


def test_a_text_is_one_line_of_ascii() -> None:
    text = text_of_plan(PLAN)
    assert text.isascii()
    assert text.endswith("}\n")
    assert text.count("\n") == 1


@pytest.mark.parametrize("seed", [3])
def test_no_text_but_a_plans_own_is_taken(seed: int) -> None:
    text, chance = text_of_plan(PLAN), random.Random(seed)
    places = chance.sample(range(len(text)), 300)
    damaged = [text[:place] for place in places]
    damaged += [text[:place] + text[place + 1 :] for place in places]
    damaged += [text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :] for place in places]
    for other in [*damaged, "", "{}", "[]", "null", "1", "[" * 100_000, text + "\n", text + text]:
        with pytest.raises(ValueError, match=r"damaged|format"):
            plan_of_text(other)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("iat", 1),
        ("parts", []),
        ("counts", {"rows": 0, "duplicates": 0, "parts": 0}),
        ("id", "0" * 32),
        ("new", 1),
    ],
)
def test_an_edited_plan_is_not_taken(field: str, value: object) -> None:
    content = json.loads(text_of_plan(PLAN))
    content[field] = value
    with pytest.raises(ValueError, match="edited"):
        plan_of_text(json.dumps(content, sort_keys=True, separators=(",", ":")) + "\n")


def test_a_plan_of_a_later_format_is_told_from_a_damaged_one() -> None:
    content = json.loads(text_of_plan(PLAN)) | {"format": 2}
    with pytest.raises(ValueError, match="use the version that wrote it"):
        plan_of_text(json.dumps(content))


def test_parts_are_kept_with_the_input_that_they_lie_in(tmp_path: Path) -> None:
    rows = (25, 0, 0, 7, 31)
    sources = [
        open_source(write_shots(tmp_path / f"{number}.parquet", n_rows, rows_per_group=5 if number else 1000))
        for number, n_rows in enumerate(rows)
    ]
    cut = issue_parts.cut_into_parts(sources, issue_parts.find_repeated(sources, tmp_path, 1), 10)
    planned = plan_parts(cut, rows, bytes(8))
    assert [(part.input, part.first_row, part.n_rows, part.row_groups, part.skip) for part in planned] == [
        (0, 0, 10, (0,), 0),
        (0, 10, 15, (0,), 10),
        (3, 25, 7, (0, 1), 0),
        (4, 32, 10, (0, 1), 0),
        (4, 42, 10, (2, 3), 0),
        (4, 52, 10, (4, 5), 0),
        (4, 62, 1, (6,), 0),
    ]
    assert {part.kid for part in planned} == {"00" * 8}


def test_the_encoder_is_told_by_the_package_and_its_core() -> None:
    encoder = encoder_here()
    assert re.fullmatch("[0-9a-f]{64}", encoder.core_sha256)
    assert str(encoder) == f"{encoder.version} (core {encoder.core_sha256[:8]})"
