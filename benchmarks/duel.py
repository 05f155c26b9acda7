"""Ours against a baseline, in turn: rates drift on shared machines, ratios of neighbours hardly do."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any, TypeVar

__all__ = ["Duel", "one_by_one", "timed_us"]

Record = TypeVar("Record")


def timed_us(work: Callable[[], object], n_records: int) -> float:
    """Microseconds a record of one call."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1e6 / n_records


def one_by_one(work: Callable[[Record], object], records: Sequence[Record]) -> Callable[[], float]:
    """A baseline that takes one record after the other, in microseconds each."""
    return lambda: timed_us(lambda: [work(record) for record in records], len(records))


class Duel:
    """Runs the baseline before every timed round of ours; keeps both medians and their ratio."""

    def __init__(self, benchmark: Any, level: str, rounds: int) -> None:
        self._benchmark = benchmark
        self._level = level
        self._rounds = rounds

    def __call__(
        self,
        *,
        stage: str,
        ours: Callable[[], object],
        n_records: int,
        baseline: str,
        baseline_us: Callable[[], float],
        goal: float | None = None,
        ours_us: Callable[[], float] | None = None,
        note: Callable[[], str] | None = None,
        rounds: int | None = None,
    ) -> None:
        """`ours` does `n_records` a call; `baseline_us` runs the baseline and gives microseconds a record.

        `goal` is the ratio that must be reached; None where nothing was promised. `ours_us` replaces the wall
        time of `ours` where what was timed says it better itself; `note` adds a remark; `rounds`
        caps the number asked for, where a round takes seconds.
        """
        theirs: list[float] = []
        told: list[float] = []

        def before() -> None:
            theirs.append(baseline_us())

        def work() -> None:
            ours()
            if ours_us is not None:
                told.append(ours_us())

        n_rounds = min(rounds or self._rounds, self._rounds)
        self._benchmark.pedantic(work, setup=before, rounds=n_rounds, warmup_rounds=1)
        mine = median(told[1:]) if told else self._benchmark.stats.stats.median * 1e6 / n_records
        base = median(theirs[1:])  # without the warm-up round
        self._benchmark.extra_info.update(
            stage=stage,
            level=self._level,
            ours_us=mine,
            baseline=baseline,
            baseline_us=base,
            ratio=base / mine,
            goal=goal,
            n_records=n_records,
            note=note() if note else "",
        )
