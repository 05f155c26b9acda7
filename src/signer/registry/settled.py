"""Up to which versions a reader may rely on a registry, and go on from there another day."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from signer import durable
from signer.durable import unwritten
from signer.errors import RegistryUnreadable
from signer.registry.layout import LOG, commit_file
from signer.registry.table_log import read_table
from signer.registry.whole_log import refuse_torn

__all__ = ["DIGEST_DIGITS", "commits_digest", "settled_versions"]

DIGEST_DIGITS = 8


def settled_versions(registry: Path, tables: Sequence[str]) -> dict[str, int]:
    """The newest version of each of the tables, looked at in their order; all are durable from then on.

    One that is not could be lost in a power cut, and another one get its number. Raises RegistryUnreadable,
    also where the newest commit is cut short, and StoppedHalfWay where the disk fails.
    """
    refuse_torn(registry)
    return {table: _settle(registry / table) for table in tables}


def _settle(folder: Path) -> int:
    version = read_table(folder).version
    commit = commit_file(folder / LOG, version)
    try:
        durable.sync_all([commit, commit.parent])
    except OSError as error:
        raise unwritten(commit, error) from error
    return version


def commits_digest(registry: Path, versions: Mapping[str, int]) -> str | None:
    """The first hex digits of a SHA-256 over the commits that made these versions of tables; None where one
    is missing.

    It tells a registry from another one that has as many commits, as one that was put back from a copy and
    written to again. Raises RegistryUnreadable.
    """
    digest = hashlib.sha256()
    for table, version in sorted(versions.items()):
        path = commit_file(registry / table / LOG, version)
        try:
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise RegistryUnreadable.of_reading(path, error) from error
    return digest.hexdigest()[:DIGEST_DIGITS]
