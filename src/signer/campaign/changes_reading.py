"""What has changed in a registry between two of its versions, a row a change, in the order of commits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import resources

import duckdb
import pyarrow as pa

from signer.campaign.changes_cursor import Cursor
from signer.campaign.registry_views import RegistryFiles, open_views
from signer.records.schemas import CERTIFICATES
from signer.tables.out_of_core import Room

__all__ = ["CHANGES", "KINDS", "read_changes"]

TASK = "looking for what has changed"
SQL = resources.files("signer.campaign") / "sql"
ROWS_PER_BATCH = 65_536
KINDS = ("issued", "renewed", "superseded", "revoked", "restored")

CHANGES = pa.schema(
    [
        ("change", pa.string()),
        *(CERTIFICATES.field(name) for name in ("uvci", "shot_id", "person_key", "kid", "iat", "exp", "hc1")),
        ("by", pa.string()),
        ("reason", pa.string()),
        ("version", pa.int64()),
    ]
)
"""`hc1` is null where a certificate goes, `by` is the uvci that supersedes it; `version` is of the table that
the change was committed to (docs/changes.md)."""


def read_changes(files: RegistryFiles, since: Cursor, until: Cursor, room: Room) -> Iterator[pa.RecordBatch]:
    """The changes behind `since` up to `until` in batches of the schema CHANGES; few are in memory at a time.

    To take out what was superseded and revoked, and put in what was issued, renewed and restored, in this
    order, makes of what was in force at `since` what was at `until`. Starts threads: do not fork afterwards.
    Raises RegistryUnreadable where a file is missing or damaged, DiskFull and StoppedHalfWay.
    """
    known = until.files(files)
    with open_views(TASK, known, room) as database:
        asked = {"since_certificates": since.certificates, "since_revocations": since.revocations}
        _run(database, "changes_withdrawn", asked)
        for number, file in enumerate(known.certificates):
            if file.version > since.certificates and file.file.rows:
                change = "renewed" if file.plan_id in known.renewal_plans else "issued"
                told = {"path": str(file.path), "number": number, "version": file.version, "change": change}
                yield from _batches(database, "changes_of_file", told)
        yield from _batches(database, "changes_of_orders", {})


def _run(database: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, object]) -> None:
    """Statements that share their parameters; a statement is to get those alone that it names."""
    for statement in database.extract_statements((SQL / f"{name}.sql").read_text("utf-8")):
        used = {key: values[key] for key in statement.named_parameters}
        database.execute(statement, used)


def _batches(
    database: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, object]
) -> Iterator[pa.RecordBatch]:
    statement = (SQL / f"{name}.sql").read_text("utf-8")
    for batch in database.execute(statement, values).to_arrow_reader(ROWS_PER_BATCH):
        columns = [batch.column(field.name).cast(field.type) for field in CHANGES]
        yield pa.RecordBatch.from_arrays(columns, schema=CHANGES)
