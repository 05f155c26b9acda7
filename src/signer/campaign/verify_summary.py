"""What a bulk verification found, by reason, issuer and key; the JSON form is a contract for scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["COUNTED", "Counts", "Outcome", "VerifySummary", "count_marks", "summarise"]

COUNTED: Final = ["reason", "issuer", "kid"]
MOST_OUTCOMES: Final = 10_000
"""Strangers can write any issuer and kid: beyond so many combinations they are counted together."""
OTHERS: Final = "others"
NONE: Final = "none"


class Outcome(NamedTuple):
    """What verdicts are counted by: `reason` is None for a valid code, `issuer` and `kid` where unread."""

    reason: str | None
    issuer: str | None
    kid: str | None


class Counts(Counter[Outcome]):
    """How often there was each outcome."""

    @classmethod
    def of(cls, verdicts: pa.Table) -> Self:
        """Those of a table with the columns COUNTED."""
        found = verdicts.group_by(COUNTED, use_threads=False).aggregate([([], "count_all")]).to_pylist()
        counts = cls()
        for row in found:
            kid = None if row["kid"] is None else row["kid"].hex()
            counts.put(Outcome(row["reason"], row["issuer"], kid), row["count_all"])
        return counts

    def add(self, others: Mapping[Outcome, int]) -> None:
        """Adds those of another part."""
        for outcome, n in others.items():
            self.put(outcome, n)

    def put(self, outcome: Outcome, n: int) -> None:
        """Adds `n` codes, under OTHERS where there is no room for more kinds of outcomes."""
        if outcome not in self and len(self) >= MOST_OUTCOMES:
            outcome = Outcome(outcome.reason, OTHERS, OTHERS)
        self[outcome] += n


def count_marks(verdicts: pa.Table) -> Counter[str]:
    """How many codes of a table of verdicts have each mark."""
    found = pc.value_counts(pc.list_flatten(verdicts.column("marks"))).to_pylist()
    return Counter({row["values"]: row["counts"] for row in found})


@dataclass(frozen=True)
class VerifySummary:
    """Counts of codes, and the time taken in seconds.

    `by_reason` counts the invalid ones; `by_issuer` and `by_key` (kid in hex) count valid and invalid ones,
    where an invalid code is under what it says itself; `by_mark` counts the valid ones with a mark. `out` has
    a row for each code.
    """

    codes: int
    valid: int
    invalid: int
    by_reason: Mapping[str, int]
    by_issuer: Mapping[str, Mapping[str, int]]
    by_key: Mapping[str, Mapping[str, int]]
    by_mark: Mapping[str, int]
    out: Path
    seconds: float
    rate_per_s: float
    workers: int

    def as_dict(self) -> dict[str, Any]:
        """The entries by their names, ready for JSON."""
        return {field.name: getattr(self, field.name) for field in fields(self)} | {"out": str(self.out)}


def summarise(counts: Counts, marks: Counter[str], out: Path, seconds: float, workers: int) -> VerifySummary:
    """The summary of all parts."""
    n_codes = counts.total()
    n_valid = sum(n for outcome, n in counts.items() if outcome.reason is None)
    by_reason = Counter[str]()
    for outcome, n in counts.items():
        if outcome.reason is not None:
            by_reason[outcome.reason] += n
    return VerifySummary(
        codes=n_codes,
        valid=n_valid,
        invalid=n_codes - n_valid,
        by_reason=dict(by_reason.most_common()),
        by_issuer=_split(counts.items(), lambda outcome: outcome.issuer),
        by_key=_split(counts.items(), lambda outcome: outcome.kid),
        by_mark=dict(sorted(marks.items())),
        out=out,
        seconds=round(seconds, 3),
        rate_per_s=round(n_codes / seconds, 1) if seconds > 0 else 0.0,
        workers=workers,
    )


def _split(
    counts: Iterable[tuple[Outcome, int]], name_of: Callable[[Outcome], str | None]
) -> dict[str, dict[str, int]]:
    """Valid and invalid codes by a name, the most frequent first."""
    split: dict[str, dict[str, int]] = {}
    for outcome, n in counts:
        named = split.setdefault(name_of(outcome) or NONE, {"valid": 0, "invalid": 0})
        named["valid" if outcome.reason is None else "invalid"] += n
    return dict(sorted(split.items(), key=lambda entry: (-sum(entry[1].values()), entry[0])))
