"""What is in a registry: the files that its commits name, with their digests, and the rows in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from signer.errors import RegistryUnreadable
from signer.registry.layout import LOG, PART_TABLES, commit_file
from signer.registry.part_files import PartFile, PartFiles
from signer.registry.table_log import Snapshot, read_table

__all__ = [
    "CommittedFile",
    "committed_files",
    "committed_parts",
    "described_files",
    "files_of",
    "foreign_changes",
    "read_batches",
    "refuse_incomplete",
]


KINDS = {"name": str, "rows": int, "bytes": int, "sha256": str, "gmac": str | None}


@dataclass(frozen=True)
class CommittedFile:
    """A file of a table, as its commit describes it: `version` is the commit's, `epoch` that of its lease."""

    path: Path
    plan_id: str
    part: int
    version: int
    epoch: int
    file: PartFile
    skipped: Mapping[str, int]


def committed_files(folder: Path) -> list[CommittedFile]:
    """The files that a table consists of, oldest commit first.

    Raises RegistryUnreadable, also where another program has put a file in or taken one out.
    """
    snapshot = read_table(folder)
    described = list(described_files(snapshot))
    if faults := foreign_changes(snapshot, described):
        raise RegistryUnreadable(f"{faults[0]}; put {folder / LOG} back from a copy")
    return described


def foreign_changes(snapshot: Snapshot, described: Iterable[CommittedFile]) -> list[str]:
    """What says of each file that other programs have put in, or taken out of those that are described."""
    current, ours = set(snapshot.names()), {file.file.name for file in described}
    changes = [(name, "put into") for name in current - ours] + [
        (name, "taken out of") for name in ours - current
    ]
    return [
        f"{snapshot.folder / name}: was {how} the table by another program" for name, how in sorted(changes)
    ]


def committed_parts(registry: Path, plan_id: str) -> dict[int, PartFiles]:
    """The parts of a plan that are in both tables, by number. Raises RegistryUnreadable."""
    refused, certificates = (
        {file.part: file for file in described_files(read_table(registry / table)) if file.plan_id == plan_id}
        for table in PART_TABLES
    )
    return {
        number: PartFiles(plan_id, number, file.file, refused[number].file, file.skipped)
        for number, file in sorted(certificates.items())
        if number in refused
    }


def described_files(snapshot: Snapshot) -> Iterator[CommittedFile]:
    """All files that commits of ours have ever named, oldest first."""
    for version, commit in enumerate(snapshot.metadata()):
        yield from files_of(snapshot.folder, version, commit)


def files_of(folder: Path, version: int, commit: Mapping[str, Any]) -> Iterator[CommittedFile]:
    """The files that the commit of a version names; none where it is another program's.

    Raises RegistryUnreadable where it is like one of ours and not one.
    """
    try:
        ours: dict[str, Any] = commit.get("signer", {})
        for entry in ours.get("files", ()):
            about = dict(entry)
            plan_id, part, skipped = about.pop("plan"), about.pop("part"), about.pop("skipped")
            file = PartFile(**about)
            if not all(isinstance(getattr(file, name), kind) for name, kind in KINDS.items()):
                raise TypeError("a value is of another kind")
            yield CommittedFile(folder / file.name, plan_id, part, version, ours["epoch"], file, skipped)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        path = commit_file(folder / LOG, version)
        raise RegistryUnreadable(f"{path}: does not describe its files as signer does") from error


def read_batches(
    files: Sequence[CommittedFile], columns: Sequence[str], rows_per_batch: int
) -> Iterator[pa.RecordBatch]:
    """The rows of the files, in their order, with the given columns; one batch is in memory at a time.

    Raises RegistryUnreadable, naming the file that is missing or damaged.
    """
    for file in files:
        try:
            with pq.ParquetFile(file.path) as opened:
                yield from opened.iter_batches(rows_per_batch, columns=list(columns))
        except (OSError, pa.ArrowException) as error:
            raise RegistryUnreadable(f"{file.path}: missing or damaged: {error}") from error


def refuse_incomplete(files: Sequence[CommittedFile]) -> None:
    """Raises RegistryUnreadable, naming the first that is not there."""
    for file in files:
        if not file.path.is_file():
            raise RegistryUnreadable(f"{file.path}: is missing; put it back from a copy of the registry")
