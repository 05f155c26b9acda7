"""Births, lives of keys, marks and times: the core decides them as the verifier in Python, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from campaign.made_verdicts import assert_as_plain, native_accepts, other_kind
from reference.little_issuer import EXPIRES, ISSUED, LittleIssuer, trust_of, vaccination

from signer.verifying import TrustStore


@pytest.fixture(scope="module")
def issuers() -> list[LittleIssuer]:
    return [LittleIssuer()]


@pytest.fixture(scope="module")
def trust(issuers: list[LittleIssuer]) -> TrustStore:
    return trust_of(*issuers)


DAY = "2021-11-20"


@pytest.mark.parametrize(
    ("dob", "reason"),
    [
        (DAY, None),
        ("2021-11-21", "dates"),
        ("2021-11", None),
        ("2021-12", "dates"),
        ("2021", None),
        ("2022", "dates"),
        ("2022-05-30", "dates"),  # before the check
        ("", None),
        ("2021-11-XX", None),
        ("2021-12-XX", "dates"),
    ],
)
@pytest.mark.parametrize(
    "event", [("v", "dt", DAY), ("t", "sc", DAY), ("t", "sc", f"{DAY}T23:59:59Z"), ("r", "fr", DAY)]
)
def test_nobody_is_certified_before_the_birth(
    issuers: list[LittleIssuer], trust: TrustStore, event: tuple[str, str, str], dob: str, reason: str | None
) -> None:
    """The core once held the birth against the day of the check only."""
    kind, field, day = event
    dcc = vaccination() if kind == "v" else other_kind(kind)
    dcc["dob"] = dob
    dcc[kind][0][field] = day
    (verdict,) = assert_as_plain([issuers[0].text(issuers[0].payload(dcc))], trust)
    assert verdict.reason == reason


@pytest.mark.parametrize(
    ("begin_ms", "end_ms", "is_valid"),
    [
        (0, 0, True),
        (1, 0, False),
        (-1, 0, True),
        (0, -1, False),
        (0, 1, True),
        (999, 0, False),
        (0, -999, False),
    ],
)
def test_a_key_whose_life_begins_or_ends_within_a_second(begin_ms: int, end_ms: int, is_valid: bool) -> None:
    """As the life of a key without end, 9999-12-31T23:59:59.999999; fractions were once cut off."""
    own = LittleIssuer()
    (dsc,) = trust_of(own).find(own.kid)
    begin, end = ISSUED + timedelta(milliseconds=begin_ms), EXPIRES + timedelta(milliseconds=end_ms)
    trust = TrustStore.of([replace(dsc, not_before=begin, not_after=end)])
    (verdict,) = assert_as_plain([own.text()], trust)
    assert (verdict.verdict == "valid") == is_valid
    assert native_accepts([own.text()], trust) == [is_valid]


def test_a_life_since_ever_is_whole_seconds_too() -> None:
    own = LittleIssuer()
    (dsc,) = trust_of(own).find(own.kid)
    ever = replace(
        dsc, not_before=datetime.min.replace(tzinfo=UTC), not_after=datetime.max.replace(tzinfo=UTC)
    )
    assert native_accepts([own.text()], TrustStore.of([ever])) == [True]


@pytest.mark.parametrize(
    ("changes", "marks"),
    [
        ({}, ()),
        ({"mp": "EU/1/20/1507"}, ("off_value_set",)),
        ({"mp": "EU/1/20/1507", "ma": "ORG-100031184"}, ()),
        ({"mp": "EU/1/20/1528 ORG-100030215", "ma": ""}, ("off_value_set",)),
        ({"ma": "ORG"}, ("off_value_set",)),
        ({"vp": "11193490078"}, ("off_value_set",)),
        ({"co": "XX"}, ("off_value_set",)),
        ({"co": ""}, ("off_schema", "off_value_set")),
        ({"dn": 0}, ("off_schema",)),
        ({"is": "ế" * 80}, ()),
        ({"is": "ế" * 81}, ("off_schema",)),
        ({"dt": "2022-04-15"}, ()),
        ({"dt": "2022-04-16"}, ("odd_dates",)),
    ],
)
def test_what_a_stricter_reader_minds_is_marked(
    issuers: list[LittleIssuer], trust: TrustStore, changes: dict[str, Any], marks: tuple[str, ...]
) -> None:
    text = issuers[0].text(issuers[0].payload(vaccination(**changes)))
    (verdict,) = assert_as_plain([text], trust)
    assert (verdict.verdict, verdict.marks) == ("valid", marks)
    assert native_accepts([text], trust) == [not marks]


@pytest.mark.parametrize(
    ("sc", "is_native"),
    [
        ("2022-04-10T10:00:00Z", True),
        ("2022-04-10T23:59:59Z", True),
        ("2022-04-10T24:00:00Z", False),
        ("2022-04-10T10:60:00Z", False),
        ("2022-04-10T10:00:60Z", False),
        ("2022-04-10 10:00:00Z", False),
        ("2022-04-10T10:00:00+07:00", False),
        ("2022-04-10T10:00:00", False),
        ("2022-04-10", False),
    ],
)
def test_times_of_samples_are_read_to_the_second(
    issuers: list[LittleIssuer], trust: TrustStore, sc: str, is_native: bool
) -> None:
    dcc = other_kind("t")
    dcc["t"][0]["sc"] = sc
    text = issuers[0].text(issuers[0].payload(dcc))
    (verdict,) = assert_as_plain([text], trust)
    assert verdict.verdict == "valid"
    assert native_accepts([text], trust) == [is_native]
