"""Registries with campaigns of made-up plans: parts are committed as by a run, and nothing is signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from made_tables import FILE_KEY, REFUSED_TABLE, REGISTERED_TABLE, write_file

from signer.campaign.plan import Encoder, InputFile, Plan, PlannedPart, RenewalSubject, Selection, Subject
from signer.campaign.plan_store import keep_plan
from signer.registry import Lease, Registry

ROWS_PER_PART = 100
N_REFUSED = 3
ISSUED_AT = 1649906100


def made_plan(n_parts: int = 3, name: str = "shots.parquet", rows: int = ROWS_PER_PART) -> Plan:
    """A plan of one input, `name`, which is not there."""
    n_rows = n_parts * rows
    return Plan(
        subject=Subject(
            (InputFile(f"/data/{name}", f"{hash_of(name):064x}", 9, (1, 2, 9, 4)),), "0c" * 32, None, "shot"
        ),
        attempt=0,
        input_rows=(n_rows,),
        issued_at=ISSUED_AT,
        expires_at=ISSUED_AT + 1,
        encoder=Encoder("0.1.0", "0d" * 32),
        dsc=b"certificate",
        registry_owner="0a" * 32,
        parts=tuple(PlannedPart(n, 0, n * rows, rows, (n,), 0, "0e" * 8) for n in range(n_parts)),
        n_duplicates=0,
        instead_of=(),
        after_version=0,
    )


def made_renewal(night: str, n_parts: int = 1, rows: int = ROWS_PER_PART) -> Plan:
    """A plan that renews so many certificates in a night (ISO 8601), at 2 o'clock in Hà Nội."""
    made = made_plan(n_parts, rows=rows)
    issued_at = int(datetime.fromisoformat(f"{night}T02:00:00+07:00").timestamp())
    return replace(
        made,
        subject=RenewalSubject(night, 30, 0, None, (), made.subject.profile_digest, None),
        issued_at=issued_at,
        expires_at=issued_at + 31_536_000,
        selection=Selection(
            issued_at + 30 * 86_400, issued_at + 30 * 86_400, made.n_rows, made.n_rows, 0, 0, 0, "0f" * 32
        ),
    )


def hash_of(name: str) -> int:
    return int.from_bytes(name.encode("utf-8", "surrogateescape"), "big") % 2**256


def stored(registry: Registry, plan: Plan) -> Plan:
    return keep_plan(registry.plans, plan)


def given_up_for(plan: Plan, new: Plan) -> Plan:
    """The new plan, which stands in for the other."""
    return replace(new, instead_of=(plan.plan_id,))


def commit_part(
    registry: Registry,
    lease: Lease,
    plan: Plan,
    number: int,
    *,
    skipped: Mapping[str, int] | None = None,
    n_lost: int = 0,
    n_superseding: int = 0,
) -> None:
    """Three rows of the part are refused, those skipped are in neither table, and the others are issued.

    `n_lost` rows are forgotten, as no run ever may.
    """
    skipped = skipped or {}
    rows = next(part.n_rows for part in plan.parts if part.number == number)
    n_issued = rows - N_REFUSED - sum(skipped.values()) - n_lost
    with registry.new_part(plan.plan_id, number, FILE_KEY) as working:
        working.skipped.update(skipped)
        certificates = {
            "shot_id": [f"{plan.plan_id[:8]}-{number}-{row}" for row in range(n_issued)],
            "province": ["Hà Nội" if row % 2 else "Huế" for row in range(n_issued)],
            "supersedes": ["URN" if row < n_superseding else None for row in range(n_issued)],
        }
        issued = filled(REGISTERED_TABLE.schema, certificates, n_issued)
        write_file(REGISTERED_TABLE, issued, working.certificates)
        refused = {"row": list(range(N_REFUSED)), "province": ["Huế"] * N_REFUSED}
        write_file(REFUSED_TABLE, filled(REFUSED_TABLE.schema, refused, N_REFUSED), working.refused)
    registry.commit(lease, [working.files])


def filled(schema: pa.Schema, columns: Mapping[str, list[object]], n_rows: int) -> pa.Table:
    """A table of the schema; columns not given are null."""
    arrays = [
        pa.array(columns[field.name], field.type) if field.name in columns else pa.nulls(n_rows, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def commit_parts(registry: Registry, plan: Plan, *numbers: int) -> None:
    """In a run of their own, a commit each."""
    with registry.lease() as lease:
        for number in numbers:
            commit_part(registry, lease, plan, number)


def log_of(registry: Registry, table: str) -> Path:
    return registry.path / table / "_delta_log"
