"""A small registry of real certificates, as runs that went well leave it, and ways to do it harm."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from campaign.made_plans import PLAN
from cryptography.hazmat.primitives.serialization import Encoding
from made_shots import ISSUED_AT, make_profile, shots_batch
from made_tables import FILE_KEY, REFUSED_TABLE, REGISTERED_TABLE, write_file

from signer import keys
from signer.campaign.plan import Plan, PlannedPart
from signer.campaign.plan_store import keep_plan
from signer.issuing.identity import identify_issuer
from signer.issuing.issuer import open_issuer
from signer.issuing.terms import IssueTerms, settle_terms
from signer.profile import load_profile
from signer.registry import PartFiles, Registry, open_or_create

ROWS_PER_PART, N_PARTS = 12, 3
N_ISSUED = N_PARTS * (ROWS_PER_PART - 2) + 2
"""Of each part of the first plan one row is refused and one skipped; the second plan has two corrections."""
LATER = ISSUED_AT + 86_400

Change = Callable[[pa.Table], pa.Table]


@dataclass(frozen=True)
class MadeRegistry:
    """A registry with a finished plan of three parts, and one of two shots that were corrected since."""

    registry: Registry
    profile: Path
    plans: tuple[Plan, Plan]

    @property
    def dsc(self) -> Path:
        return self.profile.parent / "keys" / "dsc.pem"

    def files(self, table: str = "certificates") -> list[Path]:
        """In the order in which they were committed: parts 0, 1, 2, and then the corrections."""
        return [file.path for file in self.registry.files(table)]

    def copy(self, folder: Path) -> MadeRegistry:
        """One of its own to do harm to."""
        return replace(self, registry=Registry(Path(shutil.copytree(self.registry.path, folder)), True))


def terms_of(profile: Path, issued_at: int = ISSUED_AT, plan_id: str = PLAN.plan_id) -> IssueTerms:
    return replace(settle_terms(load_profile(profile), issued_at), plan_id=plan_id)


def make_registry(folder: Path) -> MadeRegistry:
    profile = make_profile(folder / "issuer")
    registry = open_or_create(folder / "registry", test=True)
    first = make_plan(registry, profile, [ROWS_PER_PART] * N_PARTS, digit="a")
    for number in range(N_PARTS):
        commit(registry, make_part(registry, first, profile, number))
    corrected = make_plan(registry, profile, [2], digit="b", issued_at=LATER)
    commit(registry, make_corrections(registry, corrected, profile))
    return MadeRegistry(registry, profile, (first, corrected))


def make_plan(
    registry: Registry, profile: Path, rows_of_parts: Sequence[int], digit: str, issued_at: int = ISSUED_AT
) -> Plan:
    """A plan of one input, in its place; plans of different digits are of different inputs."""
    terms = terms_of(profile, issued_at)
    n_rows = sum(rows_of_parts)
    subject = replace(PLAN.subject, inputs=PLAN.subject.inputs[:1], profile_digest=digit * 64, pictures=None)
    plan = replace(
        PLAN,
        subject=subject,
        input_rows=(n_rows,),
        issued_at=issued_at,
        expires_at=terms.expires_at,
        registry_owner=identify_issuer(terms.profile).registry_owner,
        dsc=keys.load_certificate(terms.profile.dsc).public_bytes(Encoding.DER),
        parts=tuple(
            PlannedPart(number, 0, sum(rows_of_parts[:number]), n, (0,), 0, terms.kid.hex())
            for number, n in enumerate(rows_of_parts)
        ),
        n_duplicates=0,
        instead_of=(),
    )
    return keep_plan(registry.plans, plan)


def issued(terms: IssueTerms, part: int, shots: pa.RecordBatch, first_row: int = 0) -> tuple[Any, Any]:
    """The tables of certificates and of refusals."""
    rows = np.arange(first_row, first_row + shots.num_rows, dtype=np.int64)
    with closing(open_issuer(terms)) as issuer:
        certificates, refused = issuer.issue(shots, rows=rows, part=part)
    return pa.Table.from_batches([certificates]), pa.Table.from_batches([refused])


def make_part(
    registry: Registry, plan: Plan, profile: Path, number: int, change: Change = lambda table: table
) -> PartFiles:
    """Part `number` of the first plan; shots S0 to S11, S12 to …; `change` is done to its certificates."""
    first, n_taken = number * ROWS_PER_PART, ROWS_PER_PART - 1  # the last one is skipped
    changes: dict[int, dict[str, Any]] = {row: {"shot_id": f"S{first + row}"} for row in range(n_taken)}
    changes[3]["vaccine"] = "no such vaccine"
    terms = terms_of(profile, plan_id=plan.plan_id)
    certificates, refused = issued(terms, number, shots_batch(n_taken, changes), first)
    return write_part(registry, plan, number, (change(certificates), refused), {"unchanged": 1})


def make_corrections(
    registry: Registry, plan: Plan, profile: Path, change: Change = lambda table: table
) -> PartFiles:
    """The second plan: S0 and S13 with another name, each linked to the certificate before."""
    shots = [{"shot_id": shot_id, "full_name": "Nguyễn Thị Hương"} for shot_id in ("S0", "S13")]
    terms = terms_of(profile, plan.issued_at, plan.plan_id)
    certificates, refused = issued(terms, 0, shots_batch(2, dict(enumerate(shots))))
    former = uvcis_of(registry)
    links = pa.array([former[shot["shot_id"]] for shot in shots], pa.string())
    linked = with_column(certificates, "supersedes", links)
    return write_part(registry, plan, 0, (change(linked), refused), {})


def uvcis_of(registry: Registry) -> dict[str, str]:
    """The latest uvci of each shot."""
    found: dict[str, str] = {}
    for batch in registry.read("certificates", ["shot_id", "uvci"]):
        found |= {row["shot_id"]: row["uvci"] for row in batch.to_pylist()}
    return found


def write_part(
    registry: Registry, plan: Plan, number: int, tables: tuple[Any, Any], skipped: Mapping[str, int]
) -> PartFiles:
    """Certificates and refusals, in row groups of four, so that the work is cut."""
    with registry.new_part(plan.plan_id, number, FILE_KEY) as working:
        for layout, table, path in zip(
            (REGISTERED_TABLE, REFUSED_TABLE), tables, (working.certificates, working.refused), strict=True
        ):
            write_file(layout, table, path, rows_per_group=4)
        working.skipped.update(skipped)
    return working.files


def commit(registry: Registry, *parts: PartFiles) -> None:
    with registry.lease() as lease:
        registry.commit(lease, parts)


def with_column(table: Any, name: str, values: Any) -> Any:
    """The table with other values in a column."""
    place = table.schema.get_field_index(name)
    return table.set_column(place, table.schema.field(name), pa.array(values, table.schema.field(name).type))


def with_value(name: str, row: int, value: Any) -> Change:
    """A change of one value."""

    def change(table: Any) -> Any:
        values = table.column(name).to_pylist()
        values[row] = value(values[row]) if callable(value) else value
        return with_column(table, name, values)

    return change
