"""What lies where in the folder of a registry, and how its files are named."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

__all__ = [
    "CERTIFICATES",
    "LEASE",
    "LOG",
    "MARK",
    "PART_FILE",
    "PART_TABLES",
    "PLANS",
    "PRIVATE_FILE",
    "PRIVATE_FOLDER",
    "REFUSED",
    "REVOCATIONS",
    "TABLES",
    "commit_file",
    "part_file_name",
    "temporary_name",
]

MARK = "registry.json"
CERTIFICATES, REFUSED, REVOCATIONS = "certificates", "refused", "revocations"
TABLES = (CERTIFICATES, REFUSED, REVOCATIONS)
PART_TABLES = (REFUSED, CERTIFICATES)
"""The tables that a part has a file in, in the order of committing: the last one decides."""

PLANS, LEASE = "plans", "lease"
LOG = "_delta_log"
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600  # certificates hold names and birth dates
PART_FILE = re.compile(r"[0-9a-f]{16}-[0-9]{5,}-[0-9a-f]{16}\.parquet")


def part_file_name(plan_id: str, part: int, sha256: str) -> str:
    """The name of a part's file in a table's folder; it tells the plan, the part and the content."""
    return f"{plan_id[:16]}-{part:05d}-{sha256[:16]}.parquet"


def temporary_name(plan_id: str, part: int) -> str:
    """What the file is called while it is written: never the same, for two may be at one part at a time.

    One of them was stopped, lost its lease, and goes on writing before it notices.
    """
    return f".{plan_id[:16]}-{part:05d}.{secrets.token_hex(8)}.tmp"


def commit_file(log: Path, version: int) -> Path:
    """The file that makes a version of a table (Delta protocol: delta log entries)."""
    return log / f"{version:020d}.json"
