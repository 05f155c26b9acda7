"""The parts that stand in a registry, put together from the logs of its two tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from signer.registry.history import TableHistory, TimedFile

__all__ = ["DonePart", "pair_up"]


@dataclass(frozen=True)
class DonePart:
    """A part as its commit describes it; `committed_at` in seconds since 1970."""

    plan_id: str
    number: int
    issued: int
    refused: int
    skipped: Mapping[str, int]
    epoch: int
    committed_at: float

    @property
    def n_skipped(self) -> int:
        """The rows that are in neither table, for whatever reason."""
        return sum(self.skipped.values())

    @property
    def n_rows(self) -> int:
        """The rows that the part accounts for."""
        return self.issued + self.refused + self.n_skipped


def pair_up(certificates: TableHistory, refused: TableHistory) -> tuple[list[DonePart], list[str]]:
    """The parts, in the order in which they were committed, and what is wrong with them.

    The commit to certificates decides. That to refused comes before it, so read certificates first: then the
    parts that are committed meanwhile are missing here, and no part is here by half.
    """
    refused_of, faults = _by_part(refused.files)
    certificates_of, more_faults = _by_part(certificates.files)
    faults += more_faults
    parts = []
    for key, timed in certificates_of.items():
        if key not in refused_of:
            faults.append(f"plan {key[0]}: part {key[1]} is in certificates and not in refused")
            continue
        parts.append(_part(timed, refused_of[key]))
    return parts, faults


def _by_part(files: Iterable[TimedFile]) -> tuple[dict[tuple[str, int], TimedFile], list[str]]:
    found: dict[tuple[str, int], TimedFile] = {}
    faults = []
    for timed in files:
        file = timed.committed
        if (file.plan_id, file.part) in found:
            faults.append(f"plan {file.plan_id}: part {file.part} is in twice, also as {file.path}")
        found.setdefault((file.plan_id, file.part), timed)
    return found, faults


def _part(certificates: TimedFile, refused: TimedFile) -> DonePart:
    file = certificates.committed
    return DonePart(
        plan_id=file.plan_id,
        number=file.part,
        issued=file.file.rows,
        refused=refused.committed.file.rows,
        skipped=file.skipped,
        epoch=file.epoch,
        committed_at=certificates.committed_at,
    )
