"""The work of a night: enough that nothing is late, and no more than a level year needs."""

from __future__ import annotations

import numpy as np
import pytest

from signer.renewing import forecast, nights_work

PERIOD = 335  # nights from a renewal to the next one: 12 months less the window of 30 days


def random_year(seed: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    chance = np.random.default_rng(seed)
    due = chance.integers(0, 50, 335)
    for peak in chance.integers(0, 335, 3):
        due[peak] += chance.integers(0, 20_000)
    return due.astype(np.int64)


def test_without_a_spread_a_night_does_what_is_due_and_no_more() -> None:
    due = random_year(1)
    assert nights_work(due, 0, None) == due[0]
    assert forecast(due, PERIOD, 0, None, 335).tolist() == due.tolist()


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("spread_days", [1, 30, 300])
def test_every_certificate_has_its_turn_by_its_last_night(seed: int, spread_days: int) -> None:
    due = random_year(seed)
    done = forecast(due, 10_000, spread_days, None, len(due))
    assert np.all(np.cumsum(done) >= np.cumsum(due)), f"seed {seed}"
    assert done.sum() == due.sum(), "each once"


@pytest.mark.parametrize("seed", range(20))
def test_no_night_has_more_to_do_than_the_best_plan_of_all_would_give_it(seed: int) -> None:
    """The best plan, found by trying: the least rate at which nobody is late, if each night does as much."""
    due = random_year(seed)
    busiest = forecast(due, 10_000, len(due), None, len(due)).max()
    least = next(rate for rate in range(1, busiest + 1) if is_in_time(due, rate))
    assert busiest == least, f"seed {seed}"


def is_in_time(due: np.ndarray[tuple[int], np.dtype[np.int64]], rate: int) -> bool:
    room = 0
    for certificates in due:
        room += rate - certificates
        if room < 0:
            return False
    return True


@pytest.mark.parametrize("peak", [0, 30, 200, 334])
def test_a_nation_that_was_issued_in_one_day_is_level_by_the_second_year(peak: int) -> None:
    due = np.zeros(335, np.int64)
    due[peak] = 1_000_000
    second = forecast(due, PERIOD, 300, None, 730)[365:]
    if peak < 200:  # what is due at once cannot be put off: it comes back as it was, and is levelled then
        second = forecast(due, PERIOD, 300, None, 1_095)[730:]
    assert second.max() <= 1.3 * second.mean()


def test_a_limit_leaves_the_rest_to_the_next_nights() -> None:
    due = np.array([10, 0, 0, 0, 0], np.int64)
    assert nights_work(due, 0, 4) == 4
    assert forecast(due, 10_000, 0, 4, 4).tolist() == [4, 4, 2, 0]


def test_what_was_signed_tonight_is_looked_at_from_the_next_night_on() -> None:
    due, signed = np.array([3, 0, 0, 0, 0], np.int64), np.array([0, 0, 0, 8, 0], np.int64)
    assert forecast(due, 10_000, 0, None, 5, not_tonight=signed).tolist() == [3, 0, 0, 8, 0]
    assert forecast(due, 10_000, 4, None, 5, not_tonight=signed).tolist() == [3, 3, 3, 2, 0]


def test_nothing_due_is_no_work() -> None:
    assert nights_work(np.zeros(5, np.int64), 4, None) == 0
    assert forecast(np.zeros(5, np.int64), PERIOD, 4, None, 5).tolist() == [0] * 5
