"""Whether the logs of a registry are whole: without a commit, parts that are in would look like orphans."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from signer.errors import RegistryUnreadable
from signer.registry.layout import LOG, TABLES, commit_file
from signer.registry.mending import COMMIT, is_whole, torn_files

__all__ = ["refuse_damaged_logs"]


def refuse_damaged_logs(registry: Path) -> None:
    """Raises RegistryUnreadable, naming the first commit that is cut short, damaged or missing.

    The library reads an empty commit as one of nothing, and passes over a missing one behind a checkpoint.
    """
    try:
        torn = torn_files(registry)
        damaged = [] if torn else [path for table in TABLES for path in _damaged(registry / table / LOG)]
    except OSError as error:
        raise RegistryUnreadable(f"{error.filename}: cannot be read: {error.strerror}") from error
    if torn:
        raise RegistryUnreadable(
            f"{torn[0]}: was cut short, by a power cut perhaps; run the last `signer issue` again,"
            " which sets it aside and does its parts again"
        )
    if damaged:
        raise RegistryUnreadable(f"{damaged[0]}: is missing or damaged; put it back from a copy")


def _damaged(log: Path) -> Iterator[Path]:
    newest = max((int(path.stem) for path in log.iterdir() if COMMIT.fullmatch(path.name)), default=0)
    for version in range(newest + 1):
        path = commit_file(log, version)
        if not path.exists() or not is_whole(path):
            yield path
