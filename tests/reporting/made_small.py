"""Registries of few rows that nobody has signed, for reports: provinces, days, keys as a test wants them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
from campaign.made_registry import commit, write_part
from made_campaigns import filled, made_plan, stored
from made_reports import move_commits
from made_tables import REFUSED_TABLE, REGISTERED_TABLE

from signer.campaign.report_run import ReportOrder
from signer.registry import Registry, open_or_create

START = datetime(2022, 4, 1, 19, 0, tzinfo=UTC)
NOW = int(datetime(2022, 4, 20, tzinfo=UTC).timestamp())
DAY_S = 86_400
NAME = "Nguyễn Thị Hường"


@dataclass(frozen=True)
class Day:
    """What a day's run brought: certificates by province, and refused shots by province and reason."""

    issued: Mapping[str, int]
    refused: Mapping[tuple[str, str], int]


def registry_of(folder: Path, days: Sequence[Day]) -> Registry:
    """A run on each day from START on; certificates are valid for a year, and signed by one key."""
    registry = open_or_create(folder, test=True)
    for number, day in enumerate(days):
        add_day(registry, number, day)
    return registry


def add_day(registry: Registry, number: int, day: Day, *, first_id: str = "", prefix: str = "S") -> None:
    """`first_id` is of a day whose shots come again, `prefix` R of shots that were refused."""
    shots_of = first_id or str(number)
    at = START + timedelta(number)
    provinces = [name for name, n in day.issued.items() for _ in range(n)]
    left = [pair for pair, n in day.refused.items() for _ in range(n)]
    ids = [f"{number}-{row}" for row in range(len(provinces))]
    certificates = {
        "uvci": [f"URN:UVCI:01:VN:{each}" for each in ids],
        "shot_id": [f"{prefix}{shots_of}-{row}" for row in range(len(ids))],
        "province": provinces,
        "kid": [b"\x0a" * 8] * len(ids),
        "exp": [at + timedelta(365)] * len(ids),
        "hc1": [f"HC1:{NAME}"] * len(ids),
    }
    refused = {
        "shot_id": [f"R{shots_of}-{row}" for row in range(len(left))],
        "province": [province for province, _ in left],
        "reason": [reason for _, reason in left],
    }
    tables: tuple[pa.Table, pa.Table] = (
        filled(REGISTERED_TABLE.schema, certificates, len(provinces)),
        filled(REFUSED_TABLE.schema, refused, len(left)),
    )
    plan = stored(registry, made_plan(1, f"day-{number}", len(provinces) + len(left)))
    version = registry.version + 1
    commit(registry, write_part(registry, plan, 0, tables, {}))
    move_commits(registry.path, version, at)


def order_of(registry: Registry, out: Path, **others: object) -> ReportOrder:
    """An order to report it as of NOW."""
    usual: dict[str, object] = {
        "cleaned": (), "deadline": NOW + 10 * DAY_S, "now": NOW, "language": "en",
        "smallest": 5, "threads": 1,
    }  # fmt: skip
    return ReportOrder(registry=registry.path, out=out, **(usual | others))  # type: ignore[arg-type]
