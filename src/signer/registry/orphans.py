"""What killed processes leave in a registry: files that no commit names, and halves of them.

Readers never see them. Only what has a name as we give it counts: a file of someone else stays.
"""

from __future__ import annotations

import re
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signer.errors import OutputUnwritable
from signer.failpoints import failpoint
from signer.registry.layout import LOG, PART_FILE, PLANS
from signer.registry.lease import keep_all_away
from signer.registry.whole_log import files_ever_named

__all__ = ["Orphan", "find_orphans", "remove_orphans"]

HALF_WRITTEN = re.compile(r"\..+\.(tmp|torn)|[0-9_].*#[0-9]+")
"""Ours begin with a dot; the library writes `name#1` before it links or renames."""


STAGING = re.compile(r"staging-[0-9]+-[a-z0-9_]{8}")
"""A run's folder in the registry, for what it brings into Parquet or sorts."""


@dataclass(frozen=True, order=True)
class Orphan:
    """A file, or a folder with all that is in it."""

    path: Path
    n_bytes: int

    def as_dict(self) -> dict[str, Any]:
        """As scripts read it."""
        return {"path": str(self.path), "bytes": self.n_bytes}


def find_orphans(registry: Path) -> list[Orphan]:
    """While a run is going on, what it has not committed yet is among them.

    Raises RegistryUnreadable, also where a log is damaged and does not tell of all files.
    """
    return sorted(Orphan(path, _size(path)) for path in _orphans(registry))


def remove_orphans(registry: Path) -> list[Orphan]:
    """Removes them and tells which. Raises OutputExists while a lease is held, RegistryUnreadable, and
    OutputUnwritable where one cannot be removed."""
    with keep_all_away(registry, "a plan is being issued; clean when it has ended"):
        found = find_orphans(registry)
        for orphan in found:
            _remove(orphan.path)
        failpoint("registry-cleaned")
    return found


def _orphans(registry: Path) -> Iterator[Path]:
    for table, named in files_ever_named(registry).items():
        folder = registry / table
        for path in folder.iterdir():
            if path.name not in named and (PART_FILE.fullmatch(path.name) or _is_half_written(path)):
                yield path
        yield from filter(_is_half_written, (folder / LOG).iterdir())
    for folder in (registry, registry / PLANS):
        yield from filter(_is_half_written, folder.iterdir())
    yield from filter(_is_staging, registry.iterdir())


def _size(path: Path) -> int:
    """In bytes; 0 for what is gone meanwhile."""
    inside = path.rglob("*") if path.is_dir() else [path]
    return sum(_size_of_file(each) for each in inside)


def _size_of_file(path: Path) -> int:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0


def _remove(path: Path) -> None:
    try:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputUnwritable(f"{path}: cannot be removed: {error.strerror}") from error


def _is_half_written(path: Path) -> bool:
    return bool(HALF_WRITTEN.fullmatch(path.name)) and path.is_file()


def _is_staging(path: Path) -> bool:
    return bool(STAGING.fullmatch(path.name)) and path.is_dir() and not path.is_symlink()
