"""The rate of a campaign, from the times of its commits, and what it means for a deadline."""

from __future__ import annotations

import pytest

from signer.campaign.status_pace import Outlook, look_ahead, measure_rate
from signer.campaign.status_parts import DonePart

NOW, HOUR = 1_000_000.0, 3600.0


def done(number: int, committed_at: float, epoch: int = 1) -> DonePart:
    """A part of 100 rows."""
    return DonePart("f" * 32, number, 90, 7, {"unchanged": 3}, epoch, committed_at)


def test_the_rate_counts_from_the_first_commit_without_its_rows() -> None:
    assert measure_rate([done(0, 50), done(1, 60), done(2, 70)], None) == 10


def test_parts_of_one_commit_count_together() -> None:
    assert measure_rate([done(0, 50), done(1, 50), done(2, 60), done(3, 60)], None) == 20


@pytest.mark.parametrize("parts", [[], [done(0, 50)], [done(0, 50), done(1, 50)]])
def test_one_commit_tells_no_rate(parts: list[DonePart]) -> None:
    assert measure_rate(parts, None) is None


def test_only_the_last_run_counts() -> None:
    parts = [done(0, 10), done(1, 11), done(2, 500, epoch=3), done(3, 600, epoch=3)]
    assert measure_rate(parts, None) == 1
    assert measure_rate(parts[:3], None) is None


def test_a_silence_longer_than_all_before_slows_a_run_that_goes_on() -> None:
    parts = [done(0, 50), done(1, 60), done(2, 70)]
    assert measure_rate(parts, 79) == 10
    assert measure_rate(parts, 90) == 5


@pytest.mark.parametrize(
    ("deadline", "n_rows_left", "rate", "expected"),
    [
        (NOW + 4 * HOUR, 3600, 1.0, Outlook("in time", 3 * HOUR, 0.25)),
        (NOW + HOUR, 3600, 1.0, Outlook("in time", 0, 1.0)),
        (NOW + HOUR, 3 * 3600, 1.0, Outlook("late", -2 * HOUR, 3.0)),
        (NOW + HOUR, 3600, None, Outlook("unknown", None, 1.0)),
        (NOW - HOUR, 3600, 1.0, Outlook("late", -HOUR, None)),
    ],
)
def test_what_is_left_is_held_against_the_deadline(
    deadline: float, n_rows_left: int, rate: float | None, expected: Outlook
) -> None:
    assert look_ahead(deadline, NOW, n_rows_left, rate, None) == expected


@pytest.mark.parametrize(("deadline", "verdict"), [(NOW, "met"), (NOW - 8000, "missed")])
def test_a_finished_campaign_has_met_the_deadline_or_missed_it(deadline: float, verdict: str) -> None:
    found = look_ahead(deadline, NOW, 0, None, NOW - 7000)
    assert (found.verdict, found.margin_s) == (verdict, deadline - (NOW - 7000))
