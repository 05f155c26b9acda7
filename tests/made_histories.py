"""Registries with a history made up step by step: issued, corrected, renewed, revoked and restored."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from made_campaigns import ISSUED_AT, filled, made_plan, stored
from made_tables import FILE_KEY, REFUSED_TABLE, REGISTERED_TABLE, write_file

from signer.campaign.plan import Plan, RenewalSubject, Selection
from signer.records.schemas import REVOCATIONS
from signer.registry import PartFile, Registry, open_or_create
from signer.registry.layout import part_file_name
from signer.registry.table_log import read_table

DAY_S = 86_400
YEAR_S = 365 * DAY_S
US = 1_000_000

Row = Mapping[str, Any]
"""A row of a table; columns that are not given are null."""


def certificate(uvci: str, **columns: Any) -> dict[str, Any]:
    """A row of certificates whose text is its own, by the uvci and the time of issue."""
    iat = columns.pop("iat", ISSUED_AT * US)
    row = {"uvci": uvci, "shot_id": f"S-{uvci}", "person_key": b"k" * 16, "kid": b"k" * 8, "iat": iat}
    row |= {"exp": iat + YEAR_S * US, "hc1": f"HC1:{uvci}/{iat}", "supersedes": None}
    row |= {
        "signature_hash": hashlib.sha256(f"{uvci}/{iat}".encode()).digest()[:16],
        "vaccine": "EU/1/20/1528",
    }
    return row | {"dose_number": 2, "doses_in_series": 2, "province": "Huế"} | columns


class History:
    """A registry that grows by a commit a call; all plans are of one part."""

    def __init__(self, path: Path) -> None:
        self.registry: Registry = open_or_create(path, test=True)
        # Plans and orders are told apart by this number, also where the registry has some already.
        self._n_steps = sum(1 for _ in path.rglob("*.json"))

    def issue(self, certificates: Sequence[Row], refused: Sequence[Row] = (), per: Any = "shot") -> None:
        """Commits rows as a plan of issuing."""
        plan = made_plan(1, f"step-{self._n_steps}", max(1, len(certificates) + len(refused)))
        self._commit(replace(plan, subject=replace(plan.subject, per=per)), certificates, refused)

    def renew(self, certificates: Sequence[Row]) -> None:
        """Commits rows as a plan of renewing; their uvcis are to stand in the registry."""
        n_rows = max(1, len(certificates))
        subject = RenewalSubject(f"night {self._n_steps}", 30, 0, None, (), "0c" * 32, None)
        plan = made_plan(1, rows=n_rows)
        selection = Selection(plan.issued_at, plan.issued_at, n_rows, n_rows, 0, 0, 0, "0f" * 32)
        self._commit(replace(plan, subject=subject, selection=selection), certificates, ())

    def order(self, action: str, certificates: Sequence[Row], **columns: Any) -> None:
        """Commits an order: `revoked` or `restored`, with a row for each of the signatures that are given."""
        names = ("uvci", "signature_hash", "kid", "exp")
        told = {
            "action": action,
            "reason": "lot recalled",
            "ordered_by": "Ministry",
            "ordered_at": ISSUED_AT * US,
        }
        rows = [{name: row[name] for name in names} | told | columns for row in certificates]
        self._n_steps += 1
        _commit_orders(self.registry, self._n_steps, rows)

    def _commit(self, plan: Plan, certificates: Sequence[Row], refused: Sequence[Row]) -> None:
        self._n_steps += 1
        plan = stored(self.registry, plan)
        with self.registry.new_part(plan.plan_id, 0, FILE_KEY) as working:
            write_file(REGISTERED_TABLE, _table(REGISTERED_TABLE.schema, certificates), working.certificates)
            write_file(REFUSED_TABLE, _table(REFUSED_TABLE.schema, refused), working.refused)
        with self.registry.lease() as lease:
            self.registry.commit(lease, [working.files])


def _table(schema: pa.Schema, rows: Sequence[Row]) -> pa.Table:
    columns: dict[str, list[object]] = {name: [row.get(name) for row in rows] for name in schema.names}
    return filled(schema, columns, len(rows))


def _commit_orders(registry: Registry, number: int, rows: Sequence[Row]) -> None:
    folder, plan_id = registry.path / "revocations", f"{number:032x}"
    pq.write_table(_table(REVOCATIONS, rows), folder / "new")
    content = (folder / "new").read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    file = PartFile(part_file_name(plan_id, 0, sha256), len(rows), len(content), sha256, None, None)
    (folder / "new").rename(folder / file.name)
    about = {"plan": plan_id, "part": 0, "skipped": {}, **vars(file)}
    read_table(folder).append([file], [f"{plan_id}/0"], {"signer": {"epoch": 1, "files": [about]}})
