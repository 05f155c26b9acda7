"""A log read commit by commit: without one of them, parts that are in would look like orphans."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from signer.errors import RegistryUnreadable
from signer.registry.layout import LOG, TABLES, commit_file
from signer.registry.mending import COMMIT, actions_of, torn_files

__all__ = ["files_ever_named"]


def files_ever_named(registry: Path) -> dict[str, set[str]]:
    """The names of all files that commits ever added, whoever's, by table.

    Raises RegistryUnreadable, naming the first commit that is cut short, damaged or missing: the library
    reads an empty commit as one of nothing, and passes over a missing one behind a checkpoint.
    """
    try:
        if torn := torn_files(registry):
            raise RegistryUnreadable(
                f"{torn[0]}: was cut short, by a power cut perhaps; run the last `signer issue` again,"
                " which sets it aside and does its parts again"
            )
        return {
            table: {action["add"]["path"] for action in _actions(registry / table / LOG) if "add" in action}
            for table in TABLES
        }
    except OSError as error:
        raise RegistryUnreadable(f"{error.filename}: cannot be read: {error.strerror}") from error


def _actions(log: Path) -> Iterator[dict[str, Any]]:
    newest = max((int(path.stem) for path in log.iterdir() if COMMIT.fullmatch(path.name)), default=0)
    for version in range(newest + 1):
        path = commit_file(log, version)
        actions = actions_of(path) if path.exists() else []
        if not actions:
            raise RegistryUnreadable(f"{path}: is missing or damaged; put it back from a copy")
        yield from actions
