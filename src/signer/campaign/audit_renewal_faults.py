"""Tells which renewals are wrong, and in what."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from signer.campaign.audit_contents import KEPT
from signer.campaign.audit_events import AuditedFiles, harmed
from signer.campaign.audit_faults import Fault, Faults, shown
from signer.tables.columns import converted

__all__ = [
    "DIFFERENT",
    "MISSING",
    "NOTHING",
    "REVOKED",
    "SUPERSEDED",
    "UNTIMELY",
    "WrongRenewals",
    "tell",
]

NOTHING, MISSING, SUPERSEDED, REVOKED, UNTIMELY, DIFFERENT = range(6)

AGAIN = "run `signer revoke --uvci` for it, which covers this signature, too"
TOLD = {
    MISSING: "renews a certificate that is not there; look for a copy of the registry that has it",
    SUPERSEDED: f"was superseded before it was renewed; {AGAIN}",
    REVOKED: f"was revoked before it was renewed; {AGAIN}",
    UNTIMELY: "was renewed for the second time in one night, or with an iat that is not later than the one"
    " before ({before}); keep the registry as it is and report this mistake",
    DIFFERENT: f"differs from the one that it renews ({{before}}) in {{differing}}; {AGAIN}",
}


@dataclass(frozen=True)
class WrongRenewals:
    """Rows over all files, those of the certificates before them (-1 for none), and what is wrong."""

    rows: npt.NDArray[np.int64]
    before: npt.NDArray[np.int64]
    faults: npt.NDArray[np.int64]

    @classmethod
    def joined(cls, some: Iterable[WrongRenewals]) -> WrongRenewals:
        """All of them, by their rows."""
        parts = [cls(*(np.empty(0, np.int64) for _ in range(3))), *some]
        rows, before, faults = (
            np.concatenate([getattr(part, name) for part in parts]) for name in ("rows", "before", "faults")
        )
        order = np.argsort(rows, kind="stable")
        return cls(rows[order], before[order], faults[order])


def tell(wrong: WrongRenewals, files: AuditedFiles, faults: Faults) -> None:
    """Adds them all: the first ones with their places, and the number of the others.

    Raises RegistryUnreadable where a file is gone since.
    """
    n_listed = min(len(wrong.rows), faults.most_listed)
    listed = [column[:n_listed].tolist() for column in (wrong.rows, wrong.before, wrong.faults)]
    values = _values(files, {row for row in (*listed[0], *listed[1]) if row >= 0})
    for row, before, fault in zip(*listed, strict=True):
        told = TOLD[fault].format(
            before=_place(files, before),
            differing=_differing(values[row], values.get(before, {})),
        )
        faults.add(_fault(files, row, values[row], told))
    faults.counts["renewal"] += len(wrong.rows) - n_listed


def _differing(row: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    return ", ".join(name for name in KEPT if row[name] != before.get(name)) or "what its HC1 says"


def _fault(files: AuditedFiles, row: int, values: Mapping[str, Any], told: str) -> Fault:
    number = _file_of(files, row)
    file, row_in_file = files.certificates[number], row - files.first_rows[number]
    certificate = f"certificate {shown(values['uvci'])} of shot {shown(values['shot_id'])}"
    message = f"{file.path}, row {row_in_file}: {certificate} {told}"
    return Fault("renewal", message, str(file.path), file.plan_id, file.part, row_in_file)


def _place(files: AuditedFiles, row: int) -> str:
    number = _file_of(files, row)
    return "" if row < 0 else f"{files.certificates[number].path}, row {row - files.first_rows[number]}"


def _file_of(files: AuditedFiles, row: int) -> int:
    return bisect_right(files.first_rows, row) - 1


def _values(files: AuditedFiles, rows: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What stands in the rows, texts as bytes; of a file only the columns that are compared are read."""
    rows_of: dict[int, list[int]] = {}
    for row in sorted(rows):
        rows_of.setdefault(_file_of(files, row), []).append(row)
    found: dict[int, dict[str, Any]] = {}
    for number, inside in rows_of.items():
        places = pa.array([row - files.first_rows[number] for row in inside])
        found |= zip(inside, _plain(files, number).take(places).to_pylist(), strict=True)
    return found


def _plain(files: AuditedFiles, number: int) -> pa.Table:
    file = files.certificates[number]
    try:
        with pq.ParquetFile(file.path) as parquet:
            batches = [_in_bytes(batch) for batch in parquet.iter_batches(columns=["uvci", *KEPT])]
    except (OSError, pa.ArrowException) as error:
        raise harmed(file) from error
    return pa.Table.from_batches(batches)


def _in_bytes(batch: pa.RecordBatch) -> pa.RecordBatch:
    columns = [
        converted(column, pa.binary()) if pa.types.is_string(column.type) else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
