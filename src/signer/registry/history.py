"""What a table's commits say of its files: when each came in, and whether they are still in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from signer.registry.reading import CommittedFile, files_of, foreign_changes
from signer.registry.table_log import Snapshot, read_table

__all__ = ["TableHistory", "TimedFile", "read_history"]

MS_PER_S = 1000


@dataclass(frozen=True)
class TimedFile:
    """A committed file; `committed_at` in seconds since 1970, by the clock of who committed it."""

    committed: CommittedFile
    committed_at: float


@dataclass(frozen=True)
class TableHistory:
    """The files of a table, oldest first; `faults` name those that other programs put in or took out."""

    files: tuple[TimedFile, ...]
    faults: tuple[str, ...]


def read_history(folder: Path) -> TableHistory:
    """Reads the log of a table once, and none of its files. Raises RegistryUnreadable."""
    snapshot = read_table(folder)
    described = list(_timed_files(snapshot))
    current = set(snapshot.names())
    files = tuple(timed for timed in described if timed.committed.file.name in current)
    return TableHistory(files, tuple(foreign_changes(snapshot, [timed.committed for timed in described])))


def _timed_files(snapshot: Snapshot) -> Iterator[TimedFile]:
    for version, commit in enumerate(snapshot.metadata()):
        for file in files_of(snapshot.folder, version, commit):
            yield TimedFile(file, commit.get("timestamp", 0) / MS_PER_S)
