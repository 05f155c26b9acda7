"""Sets aside what a power cut has torn: the last commit, which nobody relied on yet, and checkpoints.

The library gives both their names before any byte is synced. A commit is made durable before anything builds
on it, so only the last can be torn; its parts count as missing and are done again, with the same bytes. An
empty log file would even be read as a commit of nothing. Checkpoints only shorten the log, which is kept.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from signer import durable
from signer.errors import OutputUnwritable
from signer.registry.layout import LOG, TABLES
from signer.registry.lease import keep_all_away

__all__ = ["COMMIT", "actions_of", "mend", "torn_files"]

log = logging.getLogger(__name__)

COMMIT = re.compile(r"[0-9]{20}\.json")
HINT = "_last_checkpoint"


def mend(registry: Path) -> None:
    """Renames torn files so that no reader looks at them.

    Raises OutputExists while another plan is being issued, and OutputUnwritable.
    """
    if not torn_files(registry):
        return
    with keep_all_away(registry, "a log was cut short; end the runs that write here, then start again"):
        for path in torn_files(registry):  # once more: another process may have mended it meanwhile
            log.warning("%s: was cut short, by a power cut perhaps; set aside", path)
            try:
                durable.set_aside(path, path.with_name(f".{path.name}.torn"))
            except OSError as error:
                raise OutputUnwritable(f"{path}: cannot be renamed: {error.strerror}") from error


def torn_files(registry: Path) -> list[Path]:
    """The torn files of all tables."""
    return [path for table in TABLES for path in _torn(registry / table / LOG)]


def _torn(folder: Path) -> Iterator[Path]:
    commits = sorted(path for path in folder.iterdir() if COMMIT.fullmatch(path.name))
    if len(commits) > 1 and not actions_of(commits[-1]):  # the first was synced before the table got its name
        yield commits[-1]
    checkpoints = sorted(folder.glob("*.checkpoint.parquet"))
    torn = [path for path in checkpoints[-1:] if not _can_be_read(path)]
    yield from torn
    hint = folder / HINT
    if hint.exists() and (torn or not _json_objects(hint)):
        yield hint


def actions_of(commit: Path) -> list[dict[str, Any]]:
    """What a commit does; nothing where it is not whole.

    It is whole where each line is JSON and, in a commit of ours, the transactions of all parts are there:
    they come last, and a file can have been cut at the end of a line.
    """
    actions = _json_objects(commit)
    about: dict[str, Any] = next((action["commitInfo"] for action in actions if "commitInfo" in action), {})
    promised = {f"{file['plan']}/{file['part']}" for file in about.get("signer", {}).get("files", ())}
    told = {action["txn"]["appId"] for action in actions if "txn" in action}
    return actions if promised <= told else []


def _json_objects(path: Path) -> list[dict[str, Any]]:
    """The objects of a file, one a line; none where any line is not one."""
    try:
        found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    except ValueError:
        return []
    return found if all(isinstance(each, dict) for each in found) else []


def _can_be_read(checkpoint: Path) -> bool:
    try:
        with pq.ParquetFile(checkpoint) as opened:
            opened.read()
    except (OSError, pa.ArrowException):
        return False
    return True
