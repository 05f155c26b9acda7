"""Commits finished parts: looks first, adds what is missing, and looks again where the outcome is unknown.

`refused` goes first and `certificates` decides. A commit fails where another came in between, so the look
before it holds: a part is in a table once, whatever becomes of leases and processes.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from signer import durable
from signer.durable import unwritten
from signer.errors import DiskFull, StoppedHalfWay
from signer.failpoints import failpoint
from signer.registry.layout import LOG, PART_TABLES, PRIVATE_FILE, commit_file
from signer.registry.lease import Lease
from signer.registry.part_files import NewFile, PartFiles
from signer.registry.table_log import CommitFailed, Follower, Snapshot, read_table

__all__ = ["commit_files", "commit_parts", "fence", "settle"]

log = logging.getLogger(__name__)

MAX_TRIES = 20  # more than ever commit at a time, and soon through where a disk is full


def commit_parts(registry: Path, lease: Lease, parts: Sequence[PartFiles]) -> None:
    """Makes the parts part of both tables, in one commit a table; those that are in already stay as they are.

    Raises StoppedHalfWay, naming the table or file, and RegistryUnreadable. Then each part is in or not:
    committing it again is right in either case.
    """
    _commit_all(
        lease, [(registry / table, [part.new_file(table) for part in parts]) for table in PART_TABLES], {}
    )


def commit_files(
    registry: Path, lease: Lease, table: str, files: Sequence[NewFile], about: Mapping[str, Any]
) -> None:
    """Makes the files part of one table, all in one commit, which says `about` beside what they are.

    Raises as `commit_parts`; then all are in or none, and committing them again is right in either case.
    """
    _commit_all(lease, [(registry / table, files)], about)


def _commit_all(
    lease: Lease, tables: Sequence[tuple[Path, Sequence[NewFile]]], about: Mapping[str, Any]
) -> None:
    """Commits to one table after the other."""
    failpoint("commit-begun")
    lease.check()
    for folder, files in tables:
        _commit_to(folder, lease, files, about)
        failpoint("commit-table-done")
    failpoint("commit-done")


def _commit_to(folder: Path, lease: Lease, files: Sequence[NewFile], about: Mapping[str, Any]) -> None:
    failure: CommitFailed | None = None
    follower = lease.followers.setdefault(folder, Follower(folder))
    for _ in range(MAX_TRIES):
        snapshot = follower.newest()
        settle(snapshot)
        missing = [file for file in files if not snapshot.has(file.transaction)]
        failpoint("commit-looked")
        if not missing:
            return
        lease.check()
        failpoint("commit-allowed")
        try:
            _append(snapshot, lease, missing, about)
        except CommitFailed as error:
            log.info("%s: version %d: %s; looking again", folder, snapshot.version + 1, error)
            failure = error
            continue
        follower.keep_short(snapshot.version + 1)
        return
    raise _uncommitted(folder, failure) from failure


def _append(snapshot: Snapshot, lease: Lease, files: Sequence[NewFile], about: Mapping[str, Any]) -> None:
    for new in files:
        _expect(snapshot.folder / new.file.name, new.file.bytes)
    described = [
        {"plan": new.plan_id, "part": new.part, "skipped": dict(new.skipped), **asdict(new.file)}
        for new in files
    ]
    try:
        snapshot.append(
            [new.file for new in files],
            transactions=[new.transaction for new in files],
            metadata={"signer": {"epoch": lease.epoch, "files": described, **about}},
        )
    except OSError as error:
        raise unwritten(snapshot.folder, error) from error


def _expect(path: Path, n_bytes: int) -> None:
    """Raises StoppedHalfWay where a file is not what its worker wrote."""
    try:
        found = path.stat().st_size
    except FileNotFoundError as error:
        raise StoppedHalfWay(f"{path}: is gone before it could be committed; start again") from error
    if found != n_bytes:
        raise StoppedHalfWay(f"{path}: has {found} bytes instead of {n_bytes}; remove it and start again")


def fence(folder: Path, lease: Lease) -> None:
    """Makes a commit of nothing, so that one which was tried at this version before fails, however late.

    Its process was stopped between its last look at the lease and its commit; what is read from the table
    after the fence stays true. Raises DiskFull or StoppedHalfWay.
    """
    while True:
        snapshot = read_table(folder)
        try:
            snapshot.append([], transactions=[], metadata={"signer": {"epoch": lease.epoch, "files": []}})
        except CommitFailed as error:
            if read_table(folder).version == snapshot.version:
                raise _uncommitted(folder, error) from error
            continue
        except OSError as error:
            raise unwritten(folder, error) from error
        return


def _uncommitted(folder: Path, failure: CommitFailed | None) -> StoppedHalfWay:
    kind = DiskFull if failure and failure.is_disk_full else StoppedHalfWay
    return kind(f"{folder}: cannot be committed to: {failure}")


def settle(snapshot: Snapshot) -> None:
    """Makes the newest commit durable, whoever made it: nothing may rely on it before.

    By this no more than one commit, the last, can be cut short by a power cut. Raises StoppedHalfWay.
    """
    entry = commit_file(snapshot.folder / LOG, snapshot.version)
    try:
        entry.chmod(PRIVATE_FILE)  # its process may have died before it did so
        durable.sync_all([entry, entry.parent])
    except OSError as error:
        raise unwritten(entry, error) from error
