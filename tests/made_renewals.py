"""Renewals as they stand in a registry, made of the rows that they renew; nothing is signed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pyarrow as pa
from made_campaigns import made_renewal, stored
from made_tables import FILE_KEY, REFUSED_TABLE, REGISTERED_TABLE, write_file

from signer.campaign.plan import Plan
from signer.campaign.plan_store import load_plans
from signer.issuing.terms import campaign_name
from signer.registry import Registry

NAMES = REGISTERED_TABLE.schema.names


def renew(registry: Registry, night: str, shots: Collection[str]) -> Plan:
    """Commits a plan of that night with one more signature of the last certificate of each of the shots."""
    like, *_ = load_plans(registry.plans)
    made = made_renewal(night, rows=len(shots))
    plan = stored(registry, replace(made, registry_owner=like.registry_owner))
    anew = {
        "iat": plan.issued_at * 1_000_000,
        "exp": plan.expires_at * 1_000_000,
        "campaign": campaign_name(plan.issued_at, plan.plan_id, plan.kind),
        "part": 0,
    }
    last = last_rows(registry)
    rows = [last[shot] | anew for shot in shots]
    with registry.new_part(plan.plan_id, 0, FILE_KEY) as working:
        table = pa.Table.from_pylist(rows, schema=REGISTERED_TABLE.schema)
        write_file(REGISTERED_TABLE, table, working.certificates)
        write_file(REFUSED_TABLE, REFUSED_TABLE.schema.empty_table(), working.refused)
    with registry.lease() as lease:
        registry.commit(lease, [working.files])
    return plan


def last_rows(registry: Registry) -> dict[str, dict[str, Any]]:
    """The row that was committed last of each shot."""
    return {
        row["shot_id"]: row for batch in registry.read("certificates", NAMES) for row in batch.to_pylist()
    }
