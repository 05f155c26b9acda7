"""What killed processes leave in a registry: files that no commit names, and halves of them.

Readers never see them. Only what has a name as we give it counts: a file of someone else stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from signer.errors import OutputUnwritable
from signer.failpoints import failpoint
from signer.registry.layout import LOG, PART_FILE, PLANS, TABLES
from signer.registry.lease import keep_all_away
from signer.registry.reading import described_files
from signer.registry.table_log import read_table

__all__ = ["find_orphans", "remove_orphans"]

HALF_WRITTEN = re.compile(r"\..+\.(tmp|torn)|[0-9_].*#[0-9]+")
"""Ours begin with a dot; the library writes `name#1` before it links or renames."""


def find_orphans(registry: Path) -> list[Path]:
    """While plans are being issued, parts that are not committed yet are among them.

    Raises RegistryUnreadable.
    """
    return sorted(_orphans(registry))


def remove_orphans(registry: Path) -> list[Path]:
    """Removes them and gives their paths. Raises OutputExists while a lease is held, and OutputUnwritable."""
    with keep_all_away(registry, "a plan is being issued; clean when it has ended"):
        found = find_orphans(registry)
        for path in found:
            _remove(path)
        failpoint("registry-cleaned")
    return found


def _orphans(registry: Path) -> Iterator[Path]:
    for table in TABLES:
        folder = registry / table
        snapshot = read_table(folder)
        named = {file.file.name for file in described_files(snapshot)} | set(snapshot.names())
        for path in folder.iterdir():
            if path.name not in named and (PART_FILE.fullmatch(path.name) or _is_half_written(path)):
                yield path
        yield from filter(_is_half_written, (folder / LOG).iterdir())
    for folder in (registry, registry / PLANS):
        yield from filter(_is_half_written, folder.iterdir())


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputUnwritable(f"{path}: cannot be removed: {error.strerror}") from error


def _is_half_written(path: Path) -> bool:
    return bool(HALF_WRITTEN.fullmatch(path.name)) and path.is_file()
