"""A registry in use: parts are written and committed to it, and read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from signer.registry import layout
from signer.registry.authentication import FileKey
from signer.registry.committing import commit_files, commit_parts, fence, settle
from signer.registry.lease import Lease, hold_lease
from signer.registry.mending import mend
from signer.registry.orphans import find_orphans, remove_orphans
from signer.registry.part_files import NewFile, PartFiles, WorkingFile, WorkingPart, new_part, new_table_file
from signer.registry.reading import CommittedFile, committed_files, committed_parts, read_batches
from signer.registry.table_log import read_table
from signer.registry.whole_log import files_ever_named

__all__ = ["Registry"]

ROWS_PER_BATCH = 65_536


@dataclass(frozen=True)
class Registry:
    """Nothing is kept open: every call looks at what is on the disk."""

    path: Path
    is_test: bool

    @property
    def picture_format(self) -> str | None:
        """The format of the pictures beside the certificates, if any. Raises RegistryUnreadable."""
        columns = read_table(self.path / layout.CERTIFICATES).columns
        return next((name.removeprefix("qr_") for name in columns if name.startswith("qr_")), None)

    @property
    def version(self) -> int:
        """The version of the table of certificates. Raises RegistryUnreadable."""
        return read_table(self.path / layout.CERTIFICATES).version

    @property
    def plans(self) -> Path:
        """The folder of the plans."""
        return self.path / layout.PLANS

    @contextmanager
    def lease(self, take_over: bool = False) -> Iterator[Lease]:
        """Holds the right to commit parts to the registry, which is whole and durable from then on.

        `take_over` takes it from a process that is stopped for ever. Raises OutputExists where another
        process has it, OutputUnwritable and RegistryUnreadable.
        """
        mend(self.path)
        files_ever_named(self.path)  # of a commit that is lost the shots would be issued again
        with hold_lease(self.path, take_over) as lease:
            for table in (*layout.PART_TABLES, layout.REVOCATIONS):
                settle(read_table(self.path / table))
                if take_over:
                    fence(self.path / table, lease)
            yield lease

    def new_part(self, plan_id: str, part: int, key: FileKey) -> AbstractContextManager[WorkingPart]:
        """Gives the two paths that a worker writes a part's tables to; both are durable when the block ends.

        The certificates are authenticated by the issuer's `key`. Raises OSError.
        """
        return new_part(self.path, plan_id, part, key)

    def commit(self, lease: Lease, parts: Sequence[PartFiles]) -> None:
        """Makes the parts part of the registry, once, however often it is called.

        Raises StoppedHalfWay, naming the table, where a part may be missing, the lease is lost or the disk
        fails.
        """
        commit_parts(self.path, lease, parts)

    def new_file(self, table: str, plan_id: str, part: int) -> AbstractContextManager[WorkingFile]:
        """Gives the path to write one file of a table to; it is durable when the block ends.

        Raises OSError.
        """
        return new_table_file(self.path, table, plan_id, part)

    def commit_files(
        self, lease: Lease, table: str, files: Sequence[NewFile], about: Mapping[str, Any]
    ) -> None:
        """Makes the files part of one table, all or none, once; the commit says `about` of itself.

        Raises StoppedHalfWay as `commit`.
        """
        commit_files(self.path, lease, table, files, about)

    def committed_parts(self, plan_id: str) -> dict[int, PartFiles]:
        """The parts of a plan that are done, by number. Raises RegistryUnreadable."""
        return committed_parts(self.path, plan_id)

    def files(self, table: str) -> list[CommittedFile]:
        """The files of a table with rows, bytes and digests, oldest first. Raises RegistryUnreadable."""
        return committed_files(self.path / table)

    def read(
        self,
        table: str,
        columns: Sequence[str],
        plan_id: str | None = None,
    ) -> Iterator[pa.RecordBatch]:
        """The rows of a table, or of one plan in it, with the given columns. Raises RegistryUnreadable."""
        files = [file for file in self.files(table) if plan_id in (None, file.plan_id)]
        return read_batches(files, columns, ROWS_PER_BATCH)

    def orphans(self) -> list[Path]:
        """Files that no commit names; of a plan that is being issued, also those still to be committed.

        Raises RegistryUnreadable.
        """
        return [orphan.path for orphan in find_orphans(self.path)]

    def clean(self) -> list[Path]:
        """Removes the orphans and gives their paths. Raises OutputExists while a lease is held."""
        return [orphan.path for orphan in remove_orphans(self.path)]
