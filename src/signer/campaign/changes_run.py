"""A run that writes what has changed in a registry since its reader last looked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from signer.campaign.changes_cursor import Cursor, newest_cursor, refuse_foreign
from signer.campaign.changes_reading import KINDS, read_changes
from signer.campaign.changes_writing import ChangesFormat, new_changes_file
from signer.campaign.registry_views import MEMORY_LIMIT, RegistryFiles, files_of_registry
from signer.campaign.workspace import refuse_in_registry, refuse_taken
from signer.errors import OutputUnwritable, RegistryUnreadable
from signer.registry import open_registry
from signer.tables.out_of_core import Room

__all__ = ["ChangesOrder", "ChangesSummary", "write_changes"]


@dataclass(frozen=True)
class ChangesOrder:
    """Changes of `registry` behind `since` up to `until`, now by default.

    `out` is the file, or a folder in which it is named after the two versions.
    """

    registry: Path
    since: Cursor
    until: Cursor | None
    out: Path
    format: ChangesFormat
    n_threads: int


@dataclass(frozen=True)
class ChangesSummary:
    """`until` is the version to go on from; `by_change` counts the rows of each kind."""

    since: str
    until: str
    file: str
    format: str
    rows: int
    by_change: dict[str, int]
    bytes: int
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def write_changes(
    order: ChangesOrder, on_progress: Callable[[int, int], None], clock: Callable[[], float]
) -> ChangesSummary:
    """Writes the changes to a file that is whole or not there. What is committed meanwhile is not in it.

    `on_progress` hears the rows that are written and at most so many. Raises RegistryUnreadable,
    OutputExists, OutputUnwritable, DiskFull and StoppedHalfWay.
    """
    started_s = clock()
    registry = open_registry(order.registry)
    until = order.until or newest_cursor(registry)
    for cursor in (order.since, until):
        refuse_foreign(registry, cursor)
    _refuse_backwards(order.since, until)
    path = _path(order, until)
    files = files_of_registry(registry)
    counts: Counter[str] = Counter(dict.fromkeys(KINDS, 0))
    most = _most_rows(files, order.since, until)
    with new_changes_file(path, order.format) as writer:
        room = Room(MEMORY_LIMIT, path.parent, order.n_threads)
        for batch in read_changes(files, order.since, until, room):
            writer.write(batch)
            counts.update({each["values"]: each["counts"] for each in _counted(batch.column("change"))})
            on_progress(counts.total(), max(most, counts.total()))
    return ChangesSummary(
        since=str(order.since),
        until=str(until),
        file=str(path),
        format=order.format,
        rows=counts.total(),
        by_change=dict(counts),
        bytes=path.stat().st_size,
        seconds=clock() - started_s,
    )


def _counted(kinds: pa.Array) -> list[dict[str, Any]]:
    counted: list[dict[str, Any]] = pc.value_counts(kinds).to_pylist()
    return counted


def _refuse_backwards(since: Cursor, until: Cursor) -> None:
    if since.certificates > until.certificates or since.revocations > until.revocations:
        raise RegistryUnreadable(
            f"version {since} is later than {until}: give the earlier one by --since, the later by --until"
        )


def _path(order: ChangesOrder, until: Cursor) -> Path:
    path = order.out
    if path.is_dir():
        path = path / f"changes-{order.since}_{until}.{order.format}"
    refuse_in_registry(path, order.registry)
    refuse_taken(path)
    if not path.parent.is_dir():
        raise OutputUnwritable(f"{path.parent}: is no folder; make it first")
    return path.absolute()


def _most_rows(files: RegistryFiles, since: Cursor, until: Cursor) -> int:
    known = until.files(files)
    new = [file for file in known.certificates if file.version > since.certificates]
    orders = [file for file in known.revocations if file.version > since.revocations]
    return sum(file.file.rows for file in (*new, *orders))
