"""Which order to revoke or restore is lost with a commit that a power cut has torn: somebody must repeat it.

What is issued or renewed is found missing and done again. An order is known to who gave it alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from signer.errors import RegistryUnreadable
from signer.registry.layout import LOG, PART_FILE, REVOCATIONS
from signer.registry.whole_log import read_commits

__all__ = ["lost_order"]

COLUMNS = ("action", "ordered_at", "campaign")


def lost_order(registry: Path, torn: Path) -> str | None:
    """Action, campaign (its time and 8 digits of its id) and time of the order whose commit is torn.

    The commit may still tell of it. If not, its files do, which were on the disk before and which no other
    commit names; killed orders leave such files, too, so that of several the newest is taken. None where the
    commit was not one of an order. Raises RegistryUnreadable.
    """
    if torn.parent != registry / REVOCATIONS / LOG or torn.suffix != ".json" or torn.name.startswith("_"):
        return None
    about = _about(torn)
    if about is not None:
        order = about.get("order")
        return _in_words(order, _moment(order.get("ordered_at"))) if isinstance(order, Mapping) else None
    return _of_files(registry)


def _about(torn: Path) -> Mapping[str, Any] | None:
    """What a commit of ours says of itself in its first line; None where that is torn, too."""
    try:
        line = json.loads(torn.read_bytes().partition(b"\n")[0])
        found = line["commitInfo"]["signer"]
    except OSError as error:
        raise RegistryUnreadable.of_reading(torn, error) from error
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return found if isinstance(found, Mapping) else None


def _of_files(registry: Path) -> str | None:
    folder = registry / REVOCATIONS
    named = {name for commit in read_commits(folder / LOG) for name in commit.adds}
    unnamed = [path for path in folder.iterdir() if PART_FILE.fullmatch(path.name) and path.name not in named]
    if not unnamed:
        return None
    newest = max(unnamed, key=lambda path: (path.stat().st_mtime_ns, path.name))
    try:
        first = next(pq.ParquetFile(newest).iter_batches(1, columns=list(COLUMNS))).to_pylist()[0]
    except (OSError, pa.ArrowException, StopIteration, IndexError):
        return f"one whose files begin with {newest.name[:16]}"
    return _in_words(first, first["ordered_at"])


def _moment(text: object) -> datetime | None:
    """That of a commit, which has microseconds; None where it has none of ours."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _in_words(order: Mapping[str, Any], at: datetime | None) -> str:
    verb = "restore" if order.get("action") == "restored" else "revoke"
    shown = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at else "a time unknown"
    return f"{order.get('campaign')}, of {shown}, to {verb}"
