"""Opens the committed files that are whole, holds them against their commits, and cuts them into work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from signer.campaign.audit_faults import Fault, Faults
from signer.campaign.audit_terms import PlanTerms
from signer.campaign.audit_worker import Rows
from signer.records.schemas import REFUSED, REVOCATIONS, registered_schema
from signer.registry.reading import CommittedFile

__all__ = ["check_refused", "check_revocations", "cut_certificates"]

ROWS_AT_A_TIME = 10_000  # some seconds of work, so that all workers end together
REPORT = "keep the registry as it is and report this mistake"


def cut_certificates(
    files: Sequence[CommittedFile], terms: Mapping[str, PlanTerms], faults: Faults
) -> tuple[list[CommittedFile], list[Rows]]:
    """The files that can be read, and the rows in them that can be verified, as a plan says by which DSC."""
    readable, rows, n_before = [], list[Rows](), 0
    for file in files:
        if (groups := _row_groups(file, registered_schema(None), faults)) is None:
            continue
        readable.append(file)
        if file.plan_id in terms:
            rows += _cut(file, groups, len(rows), n_before)
        n_before += sum(groups)
    return readable, rows


def check_refused(files: Sequence[CommittedFile], faults: Faults) -> None:
    """Adds the files of refusals that are not as they were committed."""
    for file in files:
        _row_groups(file, REFUSED, faults)


def check_revocations(files: Sequence[CommittedFile], faults: Faults) -> list[CommittedFile]:
    """The files of revocations that are as they were committed; the others are faults."""
    return [file for file in files if _row_groups(file, REVOCATIONS, faults) is not None]


def _row_groups(file: CommittedFile, schema: pa.Schema, faults: Faults) -> list[int] | None:
    """The rows of each row group; None, and a fault, where the file is no such table."""
    try:
        with pq.ParquetFile(file.path) as opened:
            missing = _missing(schema, opened.schema_arrow)
            groups = [opened.metadata.row_group(n).num_rows for n in range(opened.num_row_groups)]
    except (OSError, pa.ArrowException):
        faults.add(_fault(file, f"is no Parquet file that can be read; {REPORT}"))
        return None
    if missing:
        faults.add(_fault(file, f"has no column {', '.join(missing)} of the right type; {REPORT}"))
        return None
    if sum(groups) != file.file.rows:
        faults.add(_fault(file, f"has {sum(groups):,} rows, its commit says {file.file.rows:,}; {REPORT}"))
    return groups


def _missing(schema: pa.Schema, found: pa.Schema) -> list[str]:
    types = dict(zip(found.names, found.types, strict=True))
    return [field.name for field in schema if types.get(field.name) != field.type]


def _fault(file: CommittedFile, told: str) -> Fault:
    return Fault("file", f"{file.path}: {told}", str(file.path), file.plan_id, file.part)


def _cut(file: CommittedFile, groups: Sequence[int], number: int, n_before: int) -> Iterator[Rows]:
    before = 0
    for group, n_rows in enumerate(groups):
        for skip in range(0, n_rows, ROWS_AT_A_TIME):
            n = min(ROWS_AT_A_TIME, n_rows - skip)
            yield Rows(number, file.path, file.plan_id, file.part, group, skip, before + skip, n, n_before)
            number += 1
        before += n_rows
