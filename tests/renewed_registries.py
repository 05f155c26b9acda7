"""Registries whose certificates are to be renewed, and what stands in them afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from made_shots import ISSUED_AT

from signer.campaign.registry_run import RegistryOrder, issue_into_registry
from signer.campaign.renew_run import RenewOrder, renew
from signer.campaign.renew_summary import RenewalSummary
from signer.keys import create_csca, create_dsc, write_key_pair
from signer.registry import open_registry

DAY_S = 86_400
N_ISSUED = 300
"""Certificates in a registry that tests have copies of (tests/campaign/conftest.py)."""

KEYS_MADE_AT = datetime(2022, 4, 14, tzinfo=UTC)
EXPIRES_AT = int(datetime(2023, 4, 14, 3, 15, tzinfo=UTC).timestamp())
"""When certificates of ISSUED_AT expire."""

DUE = EXPIRES_AT - 20 * DAY_S
"""A time at which that is within 30 days."""

SAID = ("uvci", "shot_id", "person_key", "province", "district", "facility", "vaccine")
SAID += ("dose_number", "doses_in_series", "supersedes")
"""The columns that a renewal leaves as they are."""


def issue(registry: Path, profile: Path, *shots: Path, at: int = ISSUED_AT, **choices: Any) -> None:
    choices = {"rows_per_part": 100} | choices
    order = RegistryOrder(shots, profile, registry, 1, at, at, **choices)
    issue_into_registry(order, lambda done, total: None, time.monotonic)


def renew_once(registry: Path, profile: Path, now: int = DUE, **choices: Any) -> RenewalSummary:
    order: dict[str, Any] = {"n_workers": 1, "window_days": 30, "rows_per_part": 100} | choices
    on_progress = order.pop("on_progress", lambda done, total: None)
    return renew(RenewOrder(registry, profile, now=now, **order), on_progress, time.monotonic)


def stop_after(n_rows: int) -> Callable[[int, int], None]:
    """Interrupts a run, as Ctrl-C does, once so many rows are done."""

    def on_progress(done: int, _total: int) -> None:
        if done >= n_rows:
            raise KeyboardInterrupt

    return on_progress


def rows_of(registry: Path) -> pa.Table:
    """All certificates, as they were committed."""
    files = open_registry(registry).files("certificates")
    return pa.concat_tables([pq.read_table(file.path) for file in files])


def renewed_in(registry: Path) -> pa.Table:
    """Those that renewals have made."""
    table = rows_of(registry)
    return table.filter(pc.starts_with(table.column("campaign"), "renew-"))


def change_key(profile: Path, made_at: datetime) -> Path:
    """Puts another CSCA and DSC in the place of those of a profile; gives the path of the new DSC."""
    keys = profile.parent / "keys"
    for path in keys.iterdir():
        path.unlink()
    csca = create_csca("VN", now=made_at)
    write_key_pair(csca, keys, "csca", None)
    write_key_pair(create_dsc(csca, now=made_at), keys, "dsc", None)
    return keys / "dsc.pem"
