"""Failpoints: all are known by name, and none does anything but in a test registry."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from signer import failpoints
from signer.failpoints import NAMES, VARIABLE, arm, failpoint

PACKAGE = Path(failpoints.__file__).parent


@pytest.fixture(autouse=True)
def disarmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failpoints, "_armed", None)


def test_every_failpoint_in_the_source_is_listed_once_and_every_listed_one_is_in_the_source() -> None:
    """The harnesses go through the list: what is not in it would never be tried."""
    found = [
        ast.literal_eval(node.args[0])
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("failpoint")
    ]
    assert sorted(found) == sorted(NAMES)


def test_a_registry_in_earnest_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, f"{NAMES[0]}:error")
    arm(is_test=False)
    failpoint(NAMES[0])


def test_a_test_registry_without_the_variable_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    arm(is_test=True)
    failpoint(NAMES[0])


def test_it_fails_at_the_chosen_place_and_time_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, f"{NAMES[0]}:error@2")
    arm(is_test=True)
    failpoint(NAMES[1])
    failpoint(NAMES[0])
    with pytest.raises(OSError, match=NAMES[0]):
        failpoint(NAMES[0])
    failpoint(NAMES[0])


def test_opening_another_registry_does_not_begin_to_count_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, f"{NAMES[0]}:error@2")
    arm(is_test=True)
    failpoint(NAMES[0])
    arm(is_test=True)
    with pytest.raises(OSError, match=NAMES[0]):
        failpoint(NAMES[0])


@pytest.mark.parametrize("asked", ["nowhere", "part-begun:explode", "part-begun@0", "part-begun@x"])
def test_what_cannot_be_understood_is_refused(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    monkeypatch.setenv(VARIABLE, asked)
    with pytest.raises(ValueError, match=asked):
        arm(is_test=True)
