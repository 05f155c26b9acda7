"""The schema to the letter: our checks and the EU's JSON schema find the same departures."""

from __future__ import annotations

import copy
import json
import os
import random
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from signer.verifying.schema import departures

SEED = 20221122
N_TRIES = int(os.environ.get("SIGNER_TEST_DAMAGED", "1500"))  # ci/test.sh asks for more
FORMATS = FormatChecker(formats=())


@FORMATS.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or (len(value) == 10 and date.fromisoformat(value).isoformat() == value)


@FORMATS.checks("date-time", raises=ValueError)
def _is_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    return datetime.fromisoformat(value.upper()).tzinfo is not None and value[10:11].upper() == "T"


@pytest.fixture(scope="module")
def schema(corpora: Path) -> Draft202012Validator:
    content = json.loads((corpora / "dcc-schema" / "DCC.combined-schema.json").read_text("utf-8"))
    return Draft202012Validator(content, format_checker=FORMATS)


def examples(corpora: Path, folder: str) -> list[dict[str, Any]]:
    files = sorted((corpora / "dcc-schema" / folder).glob("*.json"))
    return [json.loads(file.read_text("utf-8-sig")) for file in files]


def test_the_examples_of_the_schema_are_judged_as_it_says(corpora: Path) -> None:
    valid = examples(corpora, "test/valid") + examples(corpora, "examples-vaccination")
    invalid = examples(corpora, "test/invalid")
    assert len(valid) >= 25
    assert len(invalid) == 6
    assert [list(departures(example)) for example in valid] == [[]] * len(valid)
    assert all(list(departures(example)) for example in invalid)


VALUES: list[Any] = [
    None, 1, 0, -1, 2.0, 1.5, True, "", " ", [], {}, "vn", "VN", "X" * 80, "X" * 81, "é" * 80, "NGUYEN",
    "nguyen",
    "1988", "1988-02", "1988-13-77", "1888-01-01", "2021-11-20", "2021-02-29", "2021-W01-1", "20211120",
    "1.3.0", "1x3y0", "1.3", "2021-11-20T10:00:00Z", "2021-11-20T10:00:00.5+07:00", "2021-11-20T10:00:00",
]  # fmt: skip


def changed(example: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """An example with a value or two replaced, taken out or doubled, somewhere."""
    result = copy.deepcopy(example)
    for _ in range(chance.randint(1, 2)):
        group = next((result[kind] for kind in "vtr" if isinstance(result.get(kind), list)), None)
        entry = group[0] if group else None
        place = chance.choice([result, result.get("nam"), entry, entry])
        if not isinstance(place, dict) or not place:
            continue
        name = chance.choice(list(place))
        match chance.randrange(8):
            case 0:
                del place[name]
            case 1 if group:
                group.append(copy.deepcopy(group[0]))
            case 2:
                result[chance.choice("vtr")] = chance.choice([None, [], {}, [{}]])
            case _:
                place[name] = chance.choice(VALUES)
    return result


def test_changed_examples_are_judged_as_the_schema_judges_them(
    corpora: Path, schema: Draft202012Validator
) -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    valid = examples(corpora, "test/valid") + examples(corpora, "examples-vaccination")
    answers: Counter[bool] = Counter()
    for _ in range(N_TRIES):
        example = changed(chance.choice(valid), chance)
        expected = schema.is_valid(example)
        assert (not list(departures(example))) == expected, example
        answers[expected] += 1
    print(dict(answers))
    assert min(answers[True], answers[False]) > N_TRIES // 20


def test_the_field_is_named() -> None:
    assert list(departures({})) == ["ver", "dob", "nam", "v"]
    two = {"ver": "1.3.0", "dob": "", "nam": {"fnt": "N"}, "v": None, "t": [{}]}
    assert list(departures(two))[:2] == ["v/t", "v"]
