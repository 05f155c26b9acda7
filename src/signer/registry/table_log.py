"""One Delta table: what its log says, and the one way to add files to it (Delta transaction protocol).

The only file that knows the package deltalake. A commit is tried at exactly one version: if another writer
was faster, it fails, so that what was seen before it holds when it succeeds.
"""

from __future__ import annotations

import errno
import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, Schema, Transaction
from deltalake.exceptions import DeltaError
from deltalake.transaction import AddAction

from signer import durable
from signer.errors import RegistryUnreadable
from signer.failpoints import failpoint
from signer.registry.layout import LOG, PRIVATE_FILE, commit_file
from signer.registry.part_files import PartFile
from signer.registry.whole_log import log_files, read_commits

__all__ = ["CommitFailed", "Follower", "Snapshot", "create_table", "read_table"]

log = logging.getLogger(__name__)

VERSIONS_PER_CHECKPOINT = 20  # every commit reads the log from the last one on
CONFIGURATION = {
    "delta.appendOnly": "true",  # what was issued stays; no tool deletes a row by mistake
    "delta.enableExpiredLogCleanup": "false",  # the log holds the digests
}
STATISTICS = {"delta.dataSkippingStatsColumns": "shot_id"}
"""Where the log says so, the library does not take the range of another column to be null, which a filter on
that column finds nothing in."""

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
OS_ERROR = re.compile(r" \(os error [0-9]+\)$")
DISK_FULL = re.compile(rf"\(os error ({errno.ENOSPC}|{errno.EDQUOT})\)")
NO_HOOKS = PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)


class CommitFailed(Exception):
    """A commit that may be in or not: another writer was faster, the disk is full, or the library failed."""

    def __init__(self, error: Exception) -> None:
        super().__init__(_told(error))
        self.is_disk_full = bool(DISK_FULL.search(str(error)))


@dataclass(frozen=True)
class Snapshot:
    """A table at one version; what others commit afterwards does not show in it."""

    folder: Path
    table: DeltaTable

    @property
    def version(self) -> int:
        return self.table.version()

    @property
    def columns(self) -> list[str]:
        return [field.name for field in self.table.schema().fields]

    def has(self, transaction: str) -> bool:
        """Whether a commit up to this version carries the application transaction."""
        return self.table.transaction_version(transaction) is not None

    def names(self) -> list[str]:
        """The files that the table consists of, by their names in its folder."""
        return self._of_files("path")

    @property
    def n_rows(self) -> int | None:
        """The rows of the table, or None where another program has added files without telling theirs."""
        counts = self._of_files("num_records")
        return None if None in counts else sum(counts)

    def _of_files(self, column: str) -> list[Any]:
        actions = pa.RecordBatchReader.from_stream(self.table.get_add_actions())  # pa.table would load pandas
        values: list[Any] = actions.read_all().column(column).to_pylist()
        return values

    def metadata(self) -> list[dict[str, Any]]:
        """What each commit up to this version says of itself, oldest first; the log is never cleaned up.

        Raises RegistryUnreadable.
        """
        return [commit.about for commit in read_commits(self.folder / LOG, self.version)]

    def append(
        self, files: Sequence[PartFile], transactions: Sequence[str], metadata: Mapping[str, Any]
    ) -> None:
        """Adds files in the version after this one, durably.

        Raises CommitFailed where the outcome must be looked up, and OSError where it could not be synced.
        """
        properties = CommitProperties(
            custom_metadata=dict(metadata),
            max_commit_retries=0,
            app_transactions=[Transaction(name, 1) for name in transactions],
        )
        try:
            self.table.create_write_transaction(
                [_add_action(self.folder, file) for file in files],
                mode="append",
                schema=self.table.schema(),
                commit_properties=properties,
                post_commithook_properties=NO_HOOKS,
            )
            failpoint("commit-appended")
        except (DeltaError, OSError) as error:
            raise CommitFailed(error) from error
        self._sync(self.version + 1)

    def add_columns(self, columns: Sequence[pa.Field], metadata: Mapping[str, Any]) -> None:
        """Adds columns, null in all rows there are, in the version after this one; it is still to be settled.

        Raises CommitFailed where the outcome must be looked up.
        """
        try:
            self.table.alter.add_columns(
                Schema.from_arrow(pa.schema(columns)).fields,
                commit_properties=CommitProperties(custom_metadata=dict(metadata), max_commit_retries=0),
                post_commithook_properties=NO_HOOKS,
            )
        except (DeltaError, OSError) as error:
            raise CommitFailed(error) from error

    def _sync(self, version: int) -> None:
        """The library links the commit into place without syncing anything."""
        written = commit_file(self.folder / LOG, version)
        written.chmod(PRIVATE_FILE)
        durable.sync_all([written, written.parent])
        failpoint("commit-synced")


class Follower:
    """Looks at a table again and again: each look reads only what was committed since the last one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._table: DeltaTable | None = None

    def newest(self) -> Snapshot:
        """The table at its newest version; earlier snapshots move along. Raises RegistryUnreadable."""
        table, self._table = self._table, None  # one that failed is not to be gone on with
        if table is None:
            snapshot = read_table(self._folder)
        else:
            log_files(self._folder / LOG)
            with _unreadable(self._folder):
                table.update_incremental()
            snapshot = Snapshot(self._folder, table)
        self._table = snapshot.table
        return snapshot

    def keep_short(self, version: int) -> None:
        """Makes a checkpoint where one is due at this version, so that the log stays quick to read.

        None where another has committed since, perhaps not durably: a log may not end before its checkpoint.
        That it fails costs no more than time.
        """
        if version % VERSIONS_PER_CHECKPOINT:
            return
        log_folder = self._folder / LOG
        try:
            snapshot = self.newest()
            if snapshot.version != version:
                return
            snapshot.table.create_checkpoint()
            failpoint("checkpoint-made")
            made = [log_folder / name for name in log_files(log_folder) if "checkpoint" in name]
            for path in made:
                path.chmod(PRIVATE_FILE)
            durable.sync_all([*made, log_folder])
        except (DeltaError, OSError, RegistryUnreadable) as error:
            log.warning("%s: no checkpoint could be made: %s", self._folder, _told(error))


def create_table(folder: Path, schema: pa.Schema, description: str) -> None:
    """Makes an empty table in an empty folder. Raises OSError."""
    try:
        DeltaTable.create(
            folder.as_uri(),
            schema,
            mode="error",
            name=folder.name,
            description=description,
            configuration=CONFIGURATION | (STATISTICS if "shot_id" in schema.names else {}),
            post_commithook_properties=NO_HOOKS,
        )
    except (DeltaError, OSError) as error:
        raise OSError(_told(error)) from error


def read_table(folder: Path) -> Snapshot:
    """The table at its newest version. Raises RegistryUnreadable."""
    log_files(folder / LOG)  # the library would wait for ever for a pipe
    with _unreadable(folder):
        return Snapshot(folder, DeltaTable(folder.as_uri()))


def _add_action(folder: Path, file: PartFile) -> AddAction:
    stats: dict[str, Any] = {"numRecords": file.rows}
    if file.min_shot_id is not None:
        stats["minValues"] = {"shot_id": file.min_shot_id}
        stats["maxValues"] = {"shot_id": file.max_shot_id}
    modified_ms = (folder / file.name).stat().st_mtime_ns // 1_000_000
    return AddAction(file.name, file.bytes, {}, modified_ms, data_change=True, stats=json.dumps(stats))


@contextmanager
def _unreadable(folder: Path) -> Iterator[None]:
    try:
        yield
    except (DeltaError, OSError) as error:
        raise RegistryUnreadable(
            f"{folder}: cannot be read: {_told(error)}; put it back from a copy"
        ) from error


def _told(error: Exception) -> str:
    """The cause, which comes last in the coloured lines that the library says, or else the first line."""
    lines = [line.strip() for line in COLOUR.sub("", str(error)).splitlines()]
    causes = [line.removeprefix("↳ ") for line in lines if line.startswith("↳ ")]
    told = (causes or lines or [type(error).__name__])[-1 if causes else 0]
    return OS_ERROR.sub("", told)
