"""How many certificates stand: in force by key and expiry, lapsed, held back, revoked and superseded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources

import duckdb

from signer.campaign.registry_views import RegistryFiles, open_views
from signer.campaign.temporary_room import temporary_room
from signer.durations import DAY_S

__all__ = ["WINDOWS_DAYS", "Expiring", "Standing", "count_standing", "sql_text", "temporary_views"]

SQL = resources.files("signer.campaign") / "sql"
MEMORY_LIMIT = "600MB"
WINDOWS_DAYS = (1, 7, 30, 90)
"""Within how many days from now those are counted that expire, for reports and monitoring."""


@dataclass(frozen=True)
class Expiring:
    """So many certificates under a key (hexadecimal digits) that expire in the same second.

    Of `held_back` of them the renewal was refused since they were signed: they may lapse.
    """

    kid: str
    expires_at: int
    certificates: int
    held_back: int


@dataclass(frozen=True)
class Standing:
    """The latest signatures that are neither revoked nor superseded, at a moment; seconds since 1970.

    `revoked` and `superseded` are numbers of UVCIs.
    """

    at: int
    expiring: tuple[Expiring, ...]
    revoked: int
    superseded: int

    @property
    def lapsed(self) -> int:
        """Those of them that have expired and not been renewed, but for those held back."""
        return sum(each.certificates - each.held_back for each in self.expiring if each.expires_at <= self.at)

    @property
    def lapsed_held_back(self) -> int:
        """Those held back that have expired."""
        return sum(each.held_back for each in self.expiring if each.expires_at <= self.at)

    @property
    def in_force_held_back(self) -> int:
        """Those held back that have not expired yet."""
        return sum(each.held_back for each in self.expiring if each.expires_at > self.at)

    @property
    def in_force(self) -> int:
        return sum(self.by_kid.values())

    @property
    def by_kid(self) -> Mapping[str, int]:
        """Certificates in force now, by key."""
        counts = Counter[str]()
        for each in self.expiring:
            if each.expires_at > self.at:
                counts[each.kid] += each.certificates
        return counts

    def expiring_within(self, days: int) -> int:
        """Certificates in force now that will not be any more when these days are over."""
        return sum(each.certificates for each in self._ending_within(days))

    def to_renew_within(self, days: int) -> int:
        """Those of them that are not held back."""
        return sum(each.certificates - each.held_back for each in self._ending_within(days))

    def _ending_within(self, days: int) -> Iterator[Expiring]:
        end = self.at + days * DAY_S
        return (each for each in self.expiring if self.at < each.expires_at <= end)


@contextmanager
def temporary_views(task: str, files: RegistryFiles, threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """`open_views` with room of its own beside the registry, which is left as it is.

    Starts threads: do not fork afterwards. Raises what that does, and OutputUnwritable.
    """
    with (
        temporary_room("signer-", MEMORY_LIMIT, threads) as room,
        open_views(task, files, room) as database,
    ):
        yield database


def count_standing(database: duckdb.DuckDBPyConnection, now: float) -> Standing:
    """Asks the views of a registry; `now` in seconds since 1970."""
    expiring = tuple(Expiring(*row) for row in database.execute(sql_text("standing")).fetchall())
    revoked, superseded = (
        int(database.view(name).count("*").fetchall()[0][0]) for name in ("revoked", "superseded")
    )
    return Standing(int(now), expiring, revoked, superseded)


def sql_text(name: str) -> str:
    """A question of ours by its name."""
    return (SQL / f"{name}.sql").read_text("utf-8")
