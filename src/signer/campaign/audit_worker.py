"""One worker of an audit: takes rows of a committed file and verifies the certificates in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from signer.campaign.audit_certificate import LookedAt, Row, look_at
from signer.campaign.audit_contents import KEPT, UNKNOWN, ContentDigests, content_digest
from signer.campaign.audit_faults import Fault, Faults, shown
from signer.campaign.audit_terms import PlanTerms

__all__ = ["COLUMNS", "AuditWorker", "CheckedRows", "OpenAuditWorker", "Rows"]

COLUMNS = ("uvci", *KEPT, "kid", "iat", "exp", "hc1", "signature_hash", "campaign", "part")
BATCH_ROWS = 1_000  # a third of a second
ADVICE = "do not hand it out, and find out who wrote it"


@dataclass(frozen=True)
class Rows:
    """Rows of a row group of a file of certificates; `skip` counts those of the group before the first, and
    `n_before` all rows of the files before this one."""

    number: int
    path: Path
    plan_id: str
    part: int
    group: int
    skip: int
    first_row: int
    n_rows: int
    n_before: int

    def __str__(self) -> str:
        return f"{self.path}, rows {self.first_row} to {self.first_row + self.n_rows - 1}"


@dataclass(frozen=True)
class CheckedRows:
    """What came of some rows: those that are sound, and what is wrong with others."""

    n_sound: int
    faults: Faults


@dataclass(frozen=True)
class OpenAuditWorker:
    """The order that is sent to a worker: by which terms each plan signed, and how many faults to list.

    `contents` is where it puts the digests of what certificates say, where anyone asks for them.
    """

    terms: Mapping[str, PlanTerms]
    most_listed: int
    contents: ContentDigests | None

    def __call__(self, report: Callable[[int], None]) -> AuditWorker:
        pa.set_cpu_count(1)  # a process a core: more threads would only get in each other's way
        return AuditWorker(self, report)


class AuditWorker:
    """Verifies the certificates of rows after rows; reports those that it is through with."""

    def __init__(self, order: OpenAuditWorker, report: Callable[[int], None]) -> None:
        self._order = order
        self._report = report

    def close(self) -> None:
        """Holds nothing that outlives its rows."""

    def __call__(self, part: Rows) -> CheckedRows:
        """Looks at every row; what is wrong with one, or with the file, is in the answer."""
        faults = Faults(self._order.most_listed)
        expected = self._order.terms[part.plan_id].expected(part.part)
        n_done = n_sound = 0
        try:
            for batch in _batches(part):
                looked_at = [look_at(row, expected) for row in batch]
                self._note_contents(part.n_before + part.first_row + n_done, batch, looked_at)
                for row, looked in zip(batch, looked_at, strict=True):
                    if looked.told is None:
                        n_sound += 1
                    else:
                        faults.add(_fault(part, part.first_row + n_done, row, looked.told))
                    n_done += 1
                self._report(n_done)
        except (OSError, pa.ArrowException):
            told = (
                f"{part.path}: rows from {part.first_row + n_done} on cannot be read; put it back from a copy"
            )
            faults.add(Fault("file", told, str(part.path), part.plan_id, part.part))
        return CheckedRows(n_sound, faults)

    def _note_contents(self, first_row: int, rows: Sequence[Row], looked_at: Sequence[LookedAt]) -> None:
        if self._order.contents is None:
            return
        digests = [
            UNKNOWN if looked.verified is None else content_digest(row, looked.verified)
            for row, looked in zip(rows, looked_at, strict=True)
        ]
        self._order.contents.write(first_row, digests)


def _fault(rows: Rows, number: int, row: Row, told: str) -> Fault:
    certificate = f"certificate {shown(row['uvci'])} of shot {shown(row['shot_id'])}"
    message = f"{rows.path}, row {number}: {certificate} {told}; {ADVICE}"
    return Fault("certificate", message, str(rows.path), rows.plan_id, rows.part, number)


def _batches(rows: Rows) -> Iterator[list[dict[str, Any]]]:
    """The rows in batches: texts as bytes, times in microseconds."""
    with pq.ParquetFile(rows.path, pre_buffer=False) as file:
        before, end = 0, rows.skip + rows.n_rows
        for batch in file.iter_batches(BATCH_ROWS, [rows.group], list(COLUMNS), use_threads=False):
            first = max(0, rows.skip - before)
            inside = batch.slice(first, max(0, end - before - first))
            before += batch.num_rows
            if inside.num_rows:
                yield _plain(inside)
            if before >= end:
                return


def _plain(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    columns = {name: _plain_column(batch.column(name)).to_pylist() for name in COLUMNS}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _plain_column(column: pa.Array) -> pa.Array:
    if pa.types.is_string(column.type):
        return column.cast(pa.binary())
    return column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column
