"""Reason codes and field names agree with the core's, and docs/refusals.md with both."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from signer.records.reasons import FIELDS, Actor, Reason
from signer.records.schemas import REFUSED

REFUSALS_MD = (Path(__file__).parents[2] / "docs" / "refusals.md").read_text("utf-8")

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
    assert all(Reason.of_code(reason.code) is reason for reason in Reason)
    assert len({reason.code for reason in Reason}) == len(Reason)


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.OK])
def test_every_refusal_says_in_one_line_what_to_do_and_who_must(reason: Reason) -> None:
    assert reason.actor in set(Actor) - {Actor.NOBODY}
    assert reason.text == reason.text.strip()
    assert "\n" not in reason.text
    assert ":" in reason.text, "what is wrong: what to do"
    assert not reason.text.endswith(".")


def test_the_page_has_every_refusal_with_its_text_and_actor() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \|$", REFUSALS_MD, re.MULTILINE)
    assert [(code, text, actor) for code, _, text, actor in rows] == [
        (reason.code, reason.text, reason.actor.in_words) for reason in Reason if reason is not Reason.OK
    ]
    assert {field for _, fields, *_ in rows for field in re.findall(r"`(\w+)`", fields)} <= set(FIELDS)


def test_the_line_of_the_page_counts_refusals(tmp_path: Path) -> None:
    (tmp_path / "issued" / "refused").mkdir(parents=True)
    row = dict.fromkeys(REFUSED.names) | {"row": 0, "reason": "duplicate", "field": "shot_id"}
    table = pa.Table.from_pylist([row] * 3, REFUSED)
    pq.write_table(table, tmp_path / "issued" / "refused" / "part-00000.parquet")
    (line,) = re.findall(r"^python (.+)$", REFUSALS_MD, re.MULTILINE)
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, *shlex.split(line)]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert re.search(r"duplicate.+shot_id.+NULL.+ 3 ", done.stdout)
