"""Orders to revoke in a registry of real certificates, and what others make of what is recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
from campaign.made_registry import LATER, MadeRegistry, commit, make_plan, with_column, write_part
from deltalake import DeltaTable

from signer.campaign.revoke_order import RevokeOrder
from signer.campaign.revoke_run import revoke
from signer.campaign.revoke_summary import RevokeSummary
from signer.registry import Registry

NOW_US = (LATER + 1_000) * 1_000_000


def order_for(registry: Path, named: Mapping[str, Sequence[str]], **changes: Any) -> RevokeOrder:
    usual = RevokeOrder(
        registry=registry,
        named=named,
        issued_from=None,
        issued_until=None,
        file=None,
        profile=None,
        shots=(),
        reason="sold for money",
        ordered_by="Sở Y tế",
        now=NOW_US,
        undo=False,
        dry_run=False,
        take_over=False,
        n_threads=2,
    )
    return replace(usual, **changes)


def carried_out(
    registry: Registry, named: Mapping[str, Sequence[str]] | None = None, **changes: Any
) -> RevokeSummary:
    return revoke(order_for(registry.path, named or {}, **changes), lambda done, total: None, lambda: 0.0)


def events_of(registry: Registry) -> list[dict[str, Any]]:
    """The rows of the table, as another program reads it."""
    rows: list[dict[str, Any]] = DeltaTable(str(registry.path / "revocations")).to_pyarrow_table().to_pylist()
    return rows


def certificates_of(registry: Registry) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (
        DeltaTable(str(registry.path / "certificates")).to_pyarrow_table().to_pylist()
    )
    return rows


def revoked_in(registry: Registry) -> set[str]:
    """Who is revoked now, by the rows alone: the last by `ordered_at`."""
    last = {
        row["uvci"]: row["action"] for row in sorted(events_of(registry), key=lambda row: row["ordered_at"])
    }
    return {uvci for uvci, action in last.items() if action == "revoked"}


def times_of_each(registry: Registry, action: str = "revoked") -> Counter[tuple[str, bytes]]:
    """How often each signature has an event."""
    return Counter(
        (row["uvci"], row["signature_hash"]) for row in events_of(registry) if row["action"] == action
    )


def renew(made: MadeRegistry, shot_ids: Sequence[str], digit: str = "c", days: int = 300) -> None:
    """Signs them anew, as far as the table shows: another signature, kid, iat and exp of the same uvci."""
    before = DeltaTable(str(made.registry.path / "certificates")).to_pyarrow_table()
    columns = before.to_pylist()
    rows = [row for row in range(len(columns)) if columns[row]["shot_id"] in shot_ids]
    table = before.take(pa.array(rows))
    table = with_column(
        table, "signature_hash", [digit.encode() * 8 + bytes([n] * 8) for n in range(len(rows))]
    )
    table = with_column(table, "kid", [digit.encode() * 8] * len(rows))
    for name in ("iat", "exp"):
        shifted = [
            value.timestamp() * 1_000_000 + days * 86_400_000_000 for value in table.column(name).to_pylist()
        ]
        table = with_column(table, name, [int(value) for value in shifted])
    plan = make_plan(made.registry, made.profile, [len(rows)], digit=digit, issued_at=LATER + days)
    refused = DeltaTable(str(made.registry.path / "refused")).to_pyarrow_table().slice(0, 0)
    commit(made.registry, write_part(made.registry, plan, 0, (table, refused), {}))
