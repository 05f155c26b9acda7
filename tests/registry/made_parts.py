"""Parts of made-up certificates, written to a registry as a worker would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pyarrow as pa
from made_tables import FILE_KEY, REFUSED_TABLE, REGISTERED_TABLE, write_file

from signer.registry import PartFiles, Registry

PLAN, OTHER_PLAN = "0123456789abcdef" * 2, "fedcba9876543210" * 2
N_ROWS, N_REFUSED = 10, 2


def rows_of(schema: pa.Schema, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=schema)


def shot_ids(plan_id: str, part: int) -> list[str]:
    return [f"{plan_id[:4]}-{part:03d}-{row}" for row in range(N_ROWS)]


def write_part(registry: Registry, part: int, plan_id: str = PLAN, empty: bool = False) -> PartFiles:
    """Ten rows: eight certificates and two refusals."""
    ids = [] if empty else shot_ids(plan_id, part)
    certificates = [{"uvci": f"URN:{each}", "shot_id": each, "part": part} for each in ids[N_REFUSED:]]
    refused = [{"shot_id": each, "row": row, "reason": "x"} for row, each in enumerate(ids[:N_REFUSED])]
    with registry.new_part(plan_id, part, FILE_KEY) as working:
        write_file(REGISTERED_TABLE, rows_of(REGISTERED_TABLE.schema, certificates), working.certificates)
        write_file(REFUSED_TABLE, rows_of(REFUSED_TABLE.schema, refused), working.refused)
    return working.files


def write_parts(registry: Registry, numbers: Iterable[int], plan_id: str = PLAN) -> list[PartFiles]:
    return [write_part(registry, number, plan_id) for number in numbers]


def rows_in(registry: Registry) -> Counter[str]:
    """How often each shot stands in the two tables together."""
    return Counter(
        shot
        for table in ("certificates", "refused")
        for batch in registry.read(table, ["shot_id"])
        for shot in batch.column("shot_id").to_pylist()
    )


def once(numbers: Iterable[int], plan_id: str = PLAN) -> Counter[str]:
    """What `rows_in` gives when each part is in once."""
    return Counter(shot for number in numbers for shot in shot_ids(plan_id, number))
