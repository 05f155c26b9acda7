"""What a report says: counts of the whole country, and those by place that may be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

__all__ = [
    "Cell",
    "CleanedRound",
    "Expiry",
    "Health",
    "Key",
    "OrderDay",
    "PlaceCounts",
    "Places",
    "Point",
    "Progress",
    "Renewal",
    "ReportContent",
    "Revocations",
    "Run",
    "Span",
    "Throughput",
]

Cell = int | str
"""A count, or the mark that stands for one that may not be shown."""


@dataclass(frozen=True)
class Point:
    """How many shots were without a certificate from a moment on, in seconds since 1970."""

    at: int
    shots: int


@dataclass(frozen=True)
class CleanedRound:
    """What a folder of `signer clean` says of all shots; `today` is its day in ISO 8601."""

    today: str
    shots: int
    verified: int
    refused: int
    withdrawn: int


@dataclass(frozen=True)
class Progress:
    """Shots of the whole country, exact. `reasons` are those without a certificate, the commonest first.

    `pace_per_day` are first certificates a day of the last seven, `rows_undone` those of plans that were
    begun and are not finished: what is in them nobody has counted. `left_out` were skipped as earlier doses.
    `points` are in the order of time. `is_of_rounds` tells whether the shots are those of cleaned rounds.
    """

    with_certificate: int
    without_certificate: int
    reasons: Mapping[str, int]
    points: tuple[Point, ...]
    pace_per_day: float
    rows_undone: int
    left_out: int
    is_of_rounds: bool
    rounds: tuple[CleanedRound, ...]

    @property
    def shots(self) -> int:
        return self.with_certificate + self.without_certificate


@dataclass(frozen=True)
class PlaceCounts:
    """A place: certificates by span of time, shots without one by reason, and the sums."""

    name: str
    issued: tuple[Cell, ...]
    reasons: Mapping[str, Cell]
    with_certificate: Cell
    without_certificate: Cell
    shots: Cell

    def left_after(self) -> Iterator[int | None]:
        """Shots without a certificate at the beginning and after each span, as far as what is shown tells.

        From nothing but what is shown: so nothing more can be read from it.
        """
        before = _falling(self.shots, self.issued)
        behind = _falling(self.without_certificate, [_negative(cell) for cell in reversed(self.issued)])[::-1]
        yield from (one if one is not None else other for one, other in zip(before, behind, strict=True))


def _falling(start: Cell, steps: tuple[Cell, ...] | list[Cell]) -> list[int | None]:
    found: list[int | None] = [start if isinstance(start, int) else None]
    for step in steps:
        last = found[-1]
        found.append(last - step if last is not None and isinstance(step, int) else None)
    return found


def _negative(cell: Cell) -> Cell:
    return -cell if isinstance(cell, int) else cell


@dataclass(frozen=True)
class Places:
    """Provinces in the order of the alphabet; `ends` are the ends of the spans in seconds since 1970.

    `reasons` are in the order of the country. Small is a count below `smallest`.
    """

    smallest: int
    begins: int
    ends: tuple[int, ...]
    reasons: tuple[str, ...]
    rows: tuple[PlaceCounts, ...]


@dataclass(frozen=True)
class Span:
    """Certificates that came in from a moment on, for as long as the unit of the table."""

    begins: int
    issued: int
    renewed: int


@dataclass(frozen=True)
class Throughput:
    """Certificates over time; a span without any is left out. `busiest_hour` is None where there is none."""

    unit_s: int
    spans: tuple[Span, ...]
    busiest_hour: Span | None
    rate_per_s: float | None


@dataclass(frozen=True)
class Expiry:
    """Certificates in force that expire on each day (from 1970-01-01, UTC), from `first_day` on.

    `lapsed` have expired and are not renewed; `later` expire behind the last day; `within` by days.
    """

    first_day: int
    by_day: tuple[int, ...]
    lapsed: int
    later: int
    within: Mapping[int, int]

    @property
    def in_force(self) -> int:
        return sum(self.by_day) + self.later


@dataclass(frozen=True)
class Key:
    """A key and the certificates in force that it has signed; the life of its DSC, None where it is unknown.

    `outliving` of them expire later than the DSC. `last_expiry` is None where it has none in force.
    """

    kid: str
    in_force: int
    not_before: int | None
    not_after: int | None
    last_expiry: int | None
    outliving: int


@dataclass(frozen=True)
class OrderDay:
    """What was ordered on a day (from 1970-01-01, UTC): orders, and the certificates that they name."""

    day: int
    orders: int
    revoked: int
    restored: int


@dataclass(frozen=True)
class Revocations:
    """What is revoked now, by reason, and what was ordered, by day."""

    revoked: int
    by_reason: Mapping[str, int]
    days: tuple[OrderDay, ...]


@dataclass(frozen=True)
class Run:
    """A campaign; `plan` is the beginning of its plan's id. Times in seconds since 1970."""

    plan: str
    kind: str
    state: str
    issued_at: int
    rows: int
    rows_done: int
    issued: int
    refused: int
    skipped: int
    rate_per_s: float | None
    last_commit_at: int | None
    n_faults: int


@dataclass(frozen=True)
class Renewal:
    """The last night that certificates were renewed for, as a date, and when the last of them came in.

    `next_night` follows it; it `is_overdue` where nothing came in for a day and a half.
    """

    night: str
    renewed_at: int | None
    next_night: str
    is_overdue: bool


@dataclass(frozen=True)
class Health:
    """Of the registry: is anything wrong with it, or left behind? `n_campaigns` are all, `runs` the last."""

    n_campaigns: int
    runs: tuple[Run, ...]
    renewal: Renewal | None
    faults: tuple[str, ...]
    orphans: int
    is_running: bool


@dataclass(frozen=True)
class ReportContent:
    """All of it; `now` and `deadline` in seconds since 1970. `places` is None where none may be named."""

    now: int
    deadline: int | None
    signed: int
    superseded: int
    progress: Progress
    places: Places | None
    throughput: Throughput
    expiry: Expiry
    keys: tuple[Key, ...]
    revocations: Revocations
    health: Health
