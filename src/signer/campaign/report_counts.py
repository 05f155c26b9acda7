"""What a report asks of a registry: sums by place, time, key and reason, and no row of anybody."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from signer.campaign.registry_views import RegistryFiles
from signer.campaign.report_cleaned import CleanedShots, count_cleaned
from signer.campaign.standing import Standing, count_standing, sql_text, temporary_views

__all__ = ["Issued", "Order", "RefusedShots", "RegistryCounts", "count_registry"]


@dataclass(frozen=True)
class Issued:
    """First certificates of shots of a province that came in by one commit of the table of certificates."""

    province: str
    version: int
    certificates: int


@dataclass(frozen=True)
class RefusedShots:
    """Shots of a province that were refused in issuing for a reason, and neither have a certificate nor were
    refused in cleaning."""

    province: str
    reason: str
    shots: int


@dataclass(frozen=True)
class Order:
    """An order of a day (from 1970-01-01, UTC): `action` is `revoked` or `restored`."""

    campaign: str
    action: str
    reason: str
    day: int
    certificates: int


@dataclass(frozen=True)
class RegistryCounts:
    """All that is counted; `revoked` by reason, the commonest first."""

    standing: Standing
    issued: tuple[Issued, ...]
    refused: tuple[RefusedShots, ...]
    cleaned: CleanedShots
    orders: tuple[Order, ...]
    revoked: tuple[tuple[str, int], ...]


def count_registry(files: RegistryFiles, now: float, threads: int, cleaned: Path | None) -> RegistryCounts:
    """Asks the tables as they were when `files` was read; `now` in seconds since 1970.

    `cleaned` is the folder of the last round, if there is any.

    Starts threads: do not fork afterwards. Raises RegistryUnreadable, InputUnreadable,
    OutputUnwritable, StoppedHalfWay.
    """
    renewing = [n for n, file in enumerate(files.certificates) if file.plan_id in files.renewal_plans]
    with temporary_views("counting for a report", files, threads) as database:
        of_round = count_cleaned(database, cleaned)  # first: it makes what refusals are held against
        return RegistryCounts(
            standing=count_standing(database, now),
            issued=tuple(
                Issued(*row)
                for row in database.execute(sql_text("report_issued"), {"renewing": renewing}).fetchall()
            ),
            refused=tuple(RefusedShots(*row) for row in _rows(database, "report_refused")),
            cleaned=of_round,
            orders=tuple(Order(*row) for row in _rows(database, "report_orders")),
            revoked=tuple((reason, n) for reason, n in _rows(database, "report_revoked")),
        )


def _rows(database: duckdb.DuckDBPyConnection, question: str) -> list[tuple[Any, ...]]:
    return database.execute(sql_text(question)).fetchall()
