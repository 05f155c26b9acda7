"""A log read commit by commit: without one that is lost, parts that are in would seem not to be.

The library does not do it: it reads an empty commit as one of nothing, and passes over a missing one behind a
checkpoint.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from signer.errors import RegistryUnreadable
from signer.registry.layout import LOG, TABLES, commit_file

__all__ = [
    "Commit",
    "files_ever_named",
    "log_files",
    "read_commits",
    "refuse_torn",
    "told_of_torn",
    "torn_files",
]

HINT = "_last_checkpoint"
LOG_FILE = re.compile(rf"[0-9]{{20}}\.(json|checkpoint\.([^#]+\.)?parquet)|{HINT}")
FROM_COPY = "put it back from a copy"


@dataclass(frozen=True)
class Commit:
    """`about` is what the commit says of itself, and `adds` names the files that it adds."""

    about: dict[str, Any]
    adds: frozenset[str]


def files_ever_named(registry: Path) -> dict[str, set[str]]:
    """The names of all files that commits ever added, whoever's, by table.

    Raises RegistryUnreadable, naming the first commit that is cut short, damaged or missing.
    """
    refuse_torn(registry)
    return {
        table: {name for commit in read_commits(registry / table / LOG) for name in commit.adds}
        for table in TABLES
    }


def refuse_torn(registry: Path) -> None:
    """Raises RegistryUnreadable where a power cut has torn a log, and nobody has mended it yet."""
    if torn := torn_files(registry):
        raise RegistryUnreadable(told_of_torn(torn[0]))


def told_of_torn(path: Path) -> str:
    """What is said of a torn file that nobody has mended yet, and what to do."""
    return (
        f"{path}: was cut short, by a power cut perhaps; run the last command that wrote here again, which"
        " sets it aside and does its work again"
    )


def read_commits(log: Path, version: int | None = None) -> Iterator[Commit]:
    """The commits up to a version, or the newest that a file of the log tells of, oldest first.

    The last is one of nothing where it is torn: nobody has relied on it. Raises RegistryUnreadable, naming
    the first one that is damaged or missing.
    """
    names = log_files(log)
    for each in range((_newest(names) if version is None else version) + 1):
        path = commit_file(log, each)
        commit = _read_commit(path) if path.name in names else None
        if commit is None and path in _torn(log):
            commit = Commit({}, frozenset())
        if commit is None:
            raise RegistryUnreadable(f"{path}: is missing or damaged; {FROM_COPY}")
        yield commit


def torn_files(registry: Path) -> list[Path]:
    """The files of all tables' logs that a power cut has torn. Raises RegistryUnreadable."""
    return [path for table in TABLES for path in _torn(registry / table / LOG)]


def log_files(log: Path) -> list[str]:
    """The names of what readers look at, in order. Raises RegistryUnreadable where one is no regular file:
    to open a pipe would wait for ever."""
    with _readable(log), os.scandir(log) as entries:
        found = {entry.name: entry.is_file() for entry in entries if LOG_FILE.fullmatch(entry.name)}
    for name, is_file in found.items():
        if not is_file:
            raise RegistryUnreadable(f"{log / name}: is no regular file; find out who put it there")
    return sorted(found)


def _torn(log: Path) -> Iterator[Path]:
    names = log_files(log)
    commits = [name for name in names if name.endswith(".json")]
    checkpoints = [name for name in names if name.endswith(".checkpoint.parquet")]
    # The first was synced before the table got its name, and any other before a checkpoint was made of it.
    if len(commits) > 1 and _newest(checkpoints) < _newest(commits) and not _read_commit(log / commits[-1]):
        yield log / commits[-1]
    torn = [name for name in checkpoints[-1:] if not _can_be_read(log / name)]
    yield from (log / name for name in torn)
    if HINT in names and not _leads_somewhere(log / HINT, sorted(set(names) - set(torn))):
        yield log / HINT


def _newest(names: Sequence[str]) -> int:
    return max((int(name[:20]) for name in names if name != HINT), default=0)


def _leads_somewhere(hint: Path, names: Sequence[str]) -> bool:
    """The library takes the checkpoint that it names to be there; a power cut can have kept the hint only."""
    told = [each.get("version") for each in _json_objects(hint)]
    return any(
        isinstance(version, int) and name.startswith(f"{version:020d}.checkpoint.")
        for version in told[:1]
        for name in names
    )


def _read_commit(path: Path) -> Commit | None:
    """What a commit does; None where it is not whole. Raises RegistryUnreadable where it makes no sense.

    It is whole where each line is JSON and, in a commit of ours, the transactions of all parts are there:
    they come last, and a file can have been cut at the end of a line.
    """
    actions = _json_objects(path)
    try:
        about: dict[str, Any] = next((each["commitInfo"] for each in actions if "commitInfo" in each), {})
        promised = {f"{file['plan']}/{file['part']}" for file in about.get("signer", {}).get("files", ())}
        told = {action["txn"]["appId"] for action in actions if "txn" in action}
        adds = frozenset(action["add"]["path"] for action in actions if "add" in action)
    except (AttributeError, KeyError, TypeError) as error:
        raise RegistryUnreadable(f"{path}: is no commit that makes sense; {FROM_COPY}") from error
    return Commit(about, adds) if actions and promised <= told else None


def _json_objects(path: Path) -> list[dict[str, Any]]:
    """The objects of a file, one a line; none where any line is not one."""
    with _readable(path):
        lines = path.read_bytes().splitlines()
    try:
        found = [json.loads(line) for line in lines]
    except (ValueError, RecursionError):
        return []
    return found if all(isinstance(each, dict) for each in found) else []


def _can_be_read(checkpoint: Path) -> bool:
    try:
        with pq.ParquetFile(checkpoint) as opened:
            opened.read()
    except (OSError, pa.ArrowException):
        return False
    return True


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RegistryUnreadable(f"{path}: cannot be read: {error.strerror}; {FROM_COPY}") from error
