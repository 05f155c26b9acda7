"""The tables of a registry as views of a database, for questions over all certificates ever issued."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

import duckdb
import pyarrow as pa

from signer.campaign.plan_store import load_plans
from signer.campaign.registry_room import refuse_damaged
from signer.errors import RegistryUnreadable
from signer.records.schemas import REFUSED, REVOCATIONS, registered_schema
from signer.registry import Registry, layout
from signer.registry.reading import CommittedFile, refuse_incomplete
from signer.tables.out_of_core import NO_SPACE, Room, Stream, open_database

__all__ = ["MEMORY_LIMIT", "RegistryFiles", "files_of_registry", "open_views"]

WHAT_IS_TRUE = resources.files("signer.campaign") / "sql" / "registry_views.sql"
SCHEMAS = {
    layout.CERTIFICATES: registered_schema(None),
    layout.REFUSED: REFUSED,
    layout.REVOCATIONS: REVOCATIONS,
}
MEMORY_LIMIT = "1GB"
"""Of DuckDB, for one question over all certificates; it spills what does not fit."""
WRONG_STATEMENTS = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)


@dataclass(frozen=True)
class RegistryFiles:
    """What a registry consisted of at a moment: its files, oldest first, and the plans that renew."""

    certificates: Sequence[CommittedFile]
    refused: Sequence[CommittedFile]
    revocations: Sequence[CommittedFile]
    renewal_plans: Collection[str]

    def parts_done(self, plan_id: str) -> frozenset[int]:
        """The parts of a plan that are in both tables."""
        return frozenset(self._parts_done.get(plan_id, ()))

    @cached_property
    def _parts_done(self) -> Mapping[str, set[int]]:
        refused = {(file.plan_id, file.part) for file in self.refused}
        done = defaultdict[str, set[int]](set)
        for file in self.certificates:
            if (file.plan_id, file.part) in refused:
                done[file.plan_id].add(file.part)
        return done

    def until(self, certificates_version: int, revocations_version: int) -> RegistryFiles:
        """The same as it was when the tables stood at these versions; refusals go with their parts."""
        certificates = [file for file in self.certificates if file.version <= certificates_version]
        parts = {(file.plan_id, file.part) for file in certificates}
        return RegistryFiles(
            certificates,
            [file for file in self.refused if (file.plan_id, file.part) in parts],
            [file for file in self.revocations if file.version <= revocations_version],
            self.renewal_plans,
        )


def files_of_registry(registry: Registry) -> RegistryFiles:
    """All that is committed now. Raises RegistryUnreadable."""
    # What names others before those: then whatever is named is there. Of a part refused is committed first.
    revocations = registry.files(layout.REVOCATIONS)
    certificates, refused = (registry.files(table) for table in (layout.CERTIFICATES, layout.REFUSED))
    renewal_plans = {plan.plan_id for plan in load_plans(registry.plans) if plan.kind == "renew"}
    return RegistryFiles(certificates, refused, revocations, renewal_plans)


@contextmanager
def open_views(
    task: str, files: RegistryFiles, room: Room, streams: Sequence[Stream] = ()
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Gives a connection that has the views of sql/registry_views.sql.

    `certificates`, `renewals` (certificates that were signed anew), `refused` and `revocations` have the
    columns of their tables, and besides `version` (of the commit), `file` (number in the table, from 0) and
    `row_in_file`. `revoked` and `superseded` name a uvci once; `latest` has the newest signature of each
    uvci, and `in_force` those of them that are neither revoked nor superseded, expired ones included.
    `refused_renewals` has shots and `refused_at`, when their renewal was last refused in seconds since 1970,
    and the macro `is_held_back(refused_at, signed_at)` tells of a certificate whether that was since.

    Starts threads: do not fork afterwards. `task` and `streams` as in `open_database`, which raises what this
    does, and RegistryUnreadable where a file is missing or damaged.
    """
    named = [*files.certificates, *files.refused, *files.revocations]
    refuse_incomplete(named)
    renewing = [n for n, file in enumerate(files.certificates) if file.plan_id in files.renewal_plans]
    with open_database(task, room, streams) as database:
        try:
            _create_view(database, layout.CERTIFICATES, files.certificates)
            _create_view(database, layout.REFUSED, files.refused)
            _create_view(database, layout.REVOCATIONS, files.revocations)
            _create_view(database, layout.CERTIFICATES, files.certificates, "renewals", renewing)
            database.execute(WHAT_IS_TRUE.read_text("utf-8"))
            yield database
        except (duckdb.Error, OSError) as error:
            if _may_be_damage(error) and all(stream.fault is None for stream in streams):
                _refuse_what_ended(task, error, named, room.threads)
            raise


def _may_be_damage(error: duckdb.Error | OSError) -> bool:
    """Of a damaged page DuckDB says anything, and a reader of batches says it as an OSError of no number."""
    if isinstance(error, OSError):
        return error.errno is None
    return not isinstance(error, duckdb.OutOfMemoryException) and NO_SPACE not in str(error)


def _refuse_what_ended(
    task: str, error: duckdb.Error | OSError, files: Sequence[CommittedFile], n_threads: int
) -> None:
    """Raises RegistryUnreadable, by the digests of the files or, where those are right, by what DuckDB says.

    Neither a disk that fails nor a statement of ours that is wrong is a fault of files that are right.
    """
    try:
        refuse_damaged(files, n_threads)
    except RegistryUnreadable as damage:
        raise damage from error
    if not isinstance(error, (OSError, duckdb.IOException, *WRONG_STATEMENTS)):
        told = str(error).partition("\n")[0]
        raise RegistryUnreadable(
            f"{task}: {told}, though all files are what was committed; see what `signer audit` says"
        ) from error


def _create_view(
    database: duckdb.DuckDBPyConnection,
    table: str,
    files: Sequence[CommittedFile],
    name: str = "",
    numbers: Sequence[int] | None = None,
) -> None:
    """Makes a view of a table, or of those of its files that have these numbers under another name."""
    name, numbers = name or table, range(len(files)) if numbers is None else numbers
    if not numbers:
        database.execute(f"CREATE VIEW {name} AS {_nothing_of(SCHEMAS[table])}")
        return
    paths = ", ".join(_quoted(str(files[number].path)) for number in numbers)
    database.execute(
        f"CREATE VIEW {name} AS SELECT *,"  # noqa: S608 (a view takes no parameters; paths are quoted)
        f" ({[files[number].version for number in numbers]})[file_index::BIGINT + 1]::BIGINT AS version,"
        f" ({[*numbers]})[file_index::BIGINT + 1]::BIGINT AS file,"
        f" file_row_number AS row_in_file FROM read_parquet([{paths}])"
    )


def _nothing_of(schema: pa.Schema) -> str:
    kinds = {pa.string(): "VARCHAR", pa.binary(): "BLOB", pa.int32(): "INTEGER", pa.int64(): "BIGINT"}
    columns = [f"NULL::{kinds.get(field.type, 'TIMESTAMPTZ')} AS {field.name}" for field in schema]
    columns += [f"NULL::BIGINT AS {name}" for name in ("version", "file", "row_in_file")]
    return f"SELECT {', '.join(columns)} WHERE false"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
