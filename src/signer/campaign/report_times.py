"""What a report says over time: shots left after each commit, and certificates a day or an hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise

from signer.durations import DAY_S, HOUR_S
from signer.registry.history import TimedFile
from signer.reporting.report_content import CleanedRound, Point, Span, Throughput

__all__ = ["points_left", "throughput_of"]

MOST_HOURS = 72
"""A registry that is younger is told by the hour."""
MOST_POINTS = 500


def points_left(
    issued: Mapping[int, int],
    times: Mapping[int, float],
    without: int,
    rounds: Sequence[CleanedRound],
    now: int,
) -> tuple[Point, ...]:
    """Shots without a certificate over time, `without` of them at the end.

    `issued` are first certificates by version of the commit, `times` those of the commits. A round changes
    how many shots there are from the beginning of its day on; before the first one there were as many.
    """
    changes = Counter[int]()
    for version, n in issued.items():
        changes[int(times[version])] -= n
    for before, after in pairwise(rounds):
        changes[min(_begins(after.today), now)] += after.shots - before.shots
    if not changes:
        return ()
    left = without - sum(changes.values())
    points = [Point(min(changes), left)]
    for at, change in sorted(changes.items()):
        left += change
        points.append(Point(at, left))
    return _thinned([*points, *([Point(now, left)] if now > points[-1].at else [])])


def throughput_of(
    files: Sequence[TimedFile], renewal_plans: Collection[str], rate_per_s: float | None
) -> Throughput:
    """Certificates by the time at which their file was committed."""
    by_hour: dict[int, list[int]] = {}
    for timed in files:
        counts = by_hour.setdefault(int(timed.committed_at) // HOUR_S, [0, 0])
        counts[timed.committed.plan_id in renewal_plans] += timed.committed.file.rows
    hours = {hour: counts for hour, counts in sorted(by_hour.items()) if any(counts)}
    if not hours:
        return Throughput(DAY_S, (), None, rate_per_s)
    spans = [Span(hour * HOUR_S, *counts) for hour, counts in hours.items()]
    busiest = max(spans, key=lambda span: span.issued + span.renewed)
    if max(hours) - min(hours) < MOST_HOURS:
        return Throughput(HOUR_S, tuple(spans), busiest, rate_per_s)
    return Throughput(DAY_S, _days(spans), busiest, rate_per_s)


def _days(hours: Sequence[Span]) -> tuple[Span, ...]:
    days: dict[int, list[int]] = {}
    for span in hours:
        counts = days.setdefault(span.begins // DAY_S, [0, 0])
        counts[0] += span.issued
        counts[1] += span.renewed
    return tuple(Span(day * DAY_S, *counts) for day, counts in days.items())


def _thinned(points: Sequence[Point]) -> tuple[Point, ...]:
    """The first, and the last of each of so many equal spans."""
    begin, length = points[0].at, max(points[-1].at - points[0].at, 1)
    last_of = {(point.at - begin) * MOST_POINTS // length: point for point in points}
    return (points[0], *(point for point in last_of.values()))


def _begins(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
