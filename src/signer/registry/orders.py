"""Orders to revoke and to restore, as the commits to the table of revocations tell of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signer.errors import RegistryUnreadable
from signer.records.schemas import REVOCATIONS, REVOKED
from signer.registry import layout
from signer.registry.committing import settle
from signer.registry.lease import Lease
from signer.registry.table_log import CommitFailed, read_table

__all__ = ["RecordedOrder", "count_revoked", "recorded_orders", "upgrade_revocations"]


@dataclass(frozen=True)
class RecordedOrder:
    """An order in the commit of `version`; `certificates` is how many it has revoked or restored."""

    version: int
    about: Mapping[str, Any]

    @property
    def action(self) -> str:
        return str(self.about["action"])

    @property
    def certificates(self) -> int:
        return int(self.about["counts"]["certificates"])


def recorded_orders(registry: Path) -> list[RecordedOrder]:
    """All orders, oldest first. Raises RegistryUnreadable."""
    commits = read_table(registry / layout.REVOCATIONS).metadata()
    return [
        RecordedOrder(version, commit["signer"]["order"])
        for version, commit in enumerate(commits)
        if "order" in commit.get("signer", {})
    ]


def count_revoked(registry: Path) -> int | None:
    """How many certificates are revoked now, by the log alone: an order counts those whose state it changes.

    None where an order does not tell. Raises RegistryUnreadable.
    """
    try:
        return sum(
            order.certificates if order.action == REVOKED else -order.certificates
            for order in recorded_orders(registry)
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def upgrade_revocations(registry: Path, lease: Lease) -> None:
    """Gives the table the columns of orders where an earlier version of signer has made it, which wrote none.

    Raises RegistryUnreadable where it has rows without them, and StoppedHalfWay as a commit does.
    """
    folder = registry / layout.REVOCATIONS
    snapshot = read_table(folder)
    missing = [column for column in REVOCATIONS if column.name not in snapshot.columns]
    if not missing:
        return
    if snapshot.names():
        names = ", ".join(column.name for column in missing)
        raise RegistryUnreadable(f"{folder}: has rows without {names}; find out which program wrote them")
    lease.check()
    try:
        snapshot.add_columns(missing, {"signer": {"epoch": lease.epoch, "files": []}})
    except CommitFailed as error:
        raise RegistryUnreadable(f"{folder}: cannot get new columns: {error}; start again") from error
    settle(read_table(folder))
