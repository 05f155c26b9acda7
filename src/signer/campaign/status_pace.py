"""How fast a campaign goes, and whether that is fast enough for a deadline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from signer.campaign.status_parts import DonePart

__all__ = ["Outlook", "Verdict", "look_ahead", "measure_rate"]

Verdict = Literal["met", "missed", "in time", "late", "unknown"]


@dataclass(frozen=True)
class Outlook:
    """Where a campaign stands against a deadline.

    `margin_s` is how long before the deadline it ends, negative where it is later; None where that cannot be
    told yet. `needed_per_s` are the rows a second from now that would do, None where none would, or all are
    done.
    """

    verdict: Verdict
    margin_s: float | None
    needed_per_s: float | None


def measure_rate(parts: Sequence[DonePart], running_now: float | None) -> float | None:
    """Rows a second of the last run, by its commits: None where there are not two.

    The first commit only starts the clock: what was done before it began at a time that nobody knows. In a
    run that goes on, `running_now`, a silence longer than all before it counts too.
    """
    last_epoch = max((part.epoch for part in parts), default=None)
    of_last_run = [part for part in parts if part.epoch == last_epoch]
    times = sorted({part.committed_at for part in of_last_run})
    if len(times) < 2:
        return None
    first, end = times[0], times[-1]
    if running_now is not None and running_now - end > max(
        after - before for before, after in pairwise(times)
    ):
        end = running_now
    return sum(part.n_rows for part in of_last_run if part.committed_at > first) / (end - first)


def look_ahead(
    deadline: float, now: float, n_rows_left: int, rate_per_s: float | None, finished_at: float | None
) -> Outlook:
    """Times in seconds since 1970; `finished_at` is None where parts are missing.

    A run that stands still is taken to be started again now.
    """
    if finished_at is not None:
        margin_s = deadline - finished_at
        return Outlook("met" if margin_s >= 0 else "missed", margin_s, None)
    if deadline <= now:
        return Outlook("late", deadline - now, None)
    needed_per_s = n_rows_left / (deadline - now)
    if not rate_per_s:
        return Outlook("unknown", None, needed_per_s)
    margin_s = deadline - now - n_rows_left / rate_per_s
    return Outlook("in time" if margin_s >= 0 else "late", margin_s, needed_per_s)
