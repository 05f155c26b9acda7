"""What an audit finds wrong: every fault is counted, and so many of them are listed with their places."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

__all__ = ["Fault", "Faults", "Kind", "shown"]

Kind = Literal["log", "plan", "file", "part", "certificate", "uvci", "shot", "order", "renewal"]
"""`log`: what a table is made of; `uvci`, `shot`: certificates that do not go together; `order`: what was
revoked or restored does not go with the certificates; `renewal`: a signature that had not to be made so."""

Place = tuple[str, int, int]


@dataclass(frozen=True)
class Fault:
    """A fault: `message` says what, where and what to do; `row` counts from 0 in the file at `path`."""

    kind: Kind
    message: str
    path: str | None = None
    plan: str | None = None
    part: int | None = None
    row: int | None = None

    @property
    def place(self) -> Place:
        """By which the faults of a kind are in order."""
        return (self.plan or "", -1 if self.part is None else self.part, -1 if self.row is None else self.row)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Faults:
    """Counts of all faults by their kinds, and the first `most_listed` of them."""

    most_listed: int
    counts: Counter[str] = field(default_factory=Counter)
    listed: list[Fault] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.counts.total()

    def add(self, fault: Fault) -> None:
        self.counts[fault.kind] += 1
        if len(self.listed) < self.most_listed:
            self.listed.append(fault)

    def merge(self, other: Faults) -> None:
        """Adds what a worker found."""
        self.counts += other.counts
        self.listed += other.listed[: max(0, self.most_listed - len(self.listed))]

    def in_order(self) -> list[Fault]:
        """Those listed: by kind as they are found, then by plan, part and row."""
        kinds = list(dict.fromkeys(fault.kind for fault in self.listed))
        return sorted(self.listed, key=lambda fault: (kinds.index(fault.kind), fault.place))


def shown(identifier: bytes | None) -> str:
    """A uvci or shot_id as a message may hold it, whatever bytes are in it."""
    if identifier is None:
        return "(none)"
    text = identifier.decode("utf-8", "backslashreplace")
    cut = text if len(text) <= 80 else f"{text[:80]}…"
    return cut if cut.isprintable() else ascii(cut)[1:-1]
