"""How much of the work of coming nights is done tonight, so that no night has far more than the others.

Each certificate has a last night, the one in which it must be renewed at the latest. Whoever does the
soonest first needs no greater rate than the greatest mean over all first nights: the least at which every
certificate still has its turn in time.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["forecast", "nights_work"]

Counts = npt.NDArray[np.int64]
"""Certificates by their last night; the first is tonight, and holds what is overdue, too."""


def nights_work(due: Counts, spread_days: int, limit: int | None) -> int:
    """How many certificates to renew tonight, soonest first, looking that far ahead; at most `limit`."""
    ahead = np.cumsum(due[: spread_days + 1])
    if not len(ahead):
        return 0
    work = int(np.max(-(-ahead // np.arange(1, len(ahead) + 1))))
    return work if limit is None else min(work, limit)


def forecast(
    due: Counts,
    period: int,
    spread_days: int,
    limit: int | None,
    n_nights: int,
    *,
    not_tonight: Counts | None = None,
) -> Counts:
    """How many certificates each of the coming nights renews, if nothing is issued, revoked or missed.

    What was renewed in a night must be renewed again `period` nights later. The first night knows nothing of
    those `not_tonight`, which has as many nights as `due` and none in the first; the others do them as well.
    """
    left = np.zeros(n_nights + max(len(due), period + spread_days) + 1, np.int64)
    left[: len(due)] = due
    nights = np.zeros(n_nights, np.int64)
    for night in range(n_nights):
        work = nights_work(left[night:], spread_days, limit)
        _take_soonest(left, night, work)
        nights[night] = work
        if night + period < len(left):
            left[night + period] += work
        left[night + 1] += left[night]  # what the limit has left over is overdue
        left[night] = 0
        if night == 0 and not_tonight is not None:
            left[: len(not_tonight)] += not_tonight
    return nights


def _take_soonest(left: Counts, first: int, n_taken: int) -> None:
    before = np.concatenate([[0], np.cumsum(left[first:])[:-1]])
    left[first:] -= np.clip(n_taken - before, 0, left[first:])
