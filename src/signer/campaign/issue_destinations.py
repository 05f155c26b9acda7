"""Where a run writes its parts: a folder that is published as a whole, or a registry to commit them to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from signer.campaign.tables import CERTIFICATES_TABLE, REFUSED_TABLE
from signer.durable import naming, new_file
from signer.registry import FileKey, PartFiles, Registry, open_registry

__all__ = ["Destination", "OutFolder", "PartPlace", "RegistryOfPlan", "part_path"]


class WorkingFiles(Protocol):
    """Where to write the two tables of a part; `skipped` counts the rows that go to neither.

    `files` is to be asked for once the part is whole.
    """

    @property
    def certificates(self) -> Path: ...
    @property
    def refused(self) -> Path: ...
    @property
    def skipped(self) -> Counter[str]: ...
    @property
    def files(self) -> PartFiles | None: ...


class PartPlace(Protocol):
    """What a worker has open to write its parts to."""

    def new_part(self, number: int) -> AbstractContextManager[WorkingFiles]:
        """Gives the paths; what was written there is durable when the block ends well. Raises SignerError."""


class Destination(Protocol):
    """Goes to the workers by pickle."""

    def open(self) -> PartPlace: ...


@dataclass(frozen=True)
class FilesInFolder:
    """Two files on their way into the folder of a run."""

    certificates: Path
    refused: Path
    skipped: Counter[str] = field(default_factory=Counter)
    files: None = None


@dataclass(frozen=True)
class OutFolder:
    """A folder for all parts of a run, each a file in either table."""

    folder: Path

    def open(self) -> OutFolder:
        return self

    @contextmanager
    def new_part(self, number: int) -> Iterator[FilesInFolder]:
        certificates, refused = (
            part_path(self.folder, table.folder, number) for table in (CERTIFICATES_TABLE, REFUSED_TABLE)
        )
        with (
            naming(certificates),
            new_file(certificates) as new_certificates,
            naming(refused),
            new_file(refused) as new_refused,
        ):
            yield FilesInFolder(new_certificates, new_refused)


def part_path(folder: Path, table: str, number: int) -> Path:
    """Where the file of a part stands, such as certificates/part-00000.parquet."""
    return folder / table / f"part-{number:05d}.parquet"


@dataclass(frozen=True)
class RegistryOfPlan:
    """A registry, for the parts of one plan; their certificates are authenticated by the key."""

    path: Path
    plan_id: str
    key: FileKey

    def open(self) -> PartsOfPlan:
        return PartsOfPlan(open_registry(self.path), self.plan_id, self.key)


@dataclass(frozen=True)
class PartsOfPlan:
    """The registry, opened by a worker."""

    registry: Registry
    plan_id: str
    key: FileKey

    @contextmanager
    def new_part(self, number: int) -> Iterator[WorkingFiles]:
        with (
            naming(self.registry.path),
            self.registry.new_part(self.plan_id, number, self.key) as working,
        ):
            yield working
