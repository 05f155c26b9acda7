"""Looks over the whole registry for certificates that do not go together, out of core."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from signer.campaign.audit_faults import Fault, Faults, Kind, shown
from signer.errors import RegistryUnreadable
from signer.registry.reading import CommittedFile
from signer.tables.columns import converted
from signer.tables.files import READ_BUFFER_BYTES, read_groups
from signer.tables.out_of_core import Room, Stream, open_database

__all__ = ["check_links"]

IDS = ("uvci", "shot_id", "supersedes")
# Binary, because DuckDB would end the query at text that is not UTF-8.
ROWS = pa.schema([("file", pa.int32()), ("row", pa.int64()), *((name, pa.binary()) for name in IDS)])

# Equal hashes make a key suspect; the second pass then compares the suspects themselves.
SUSPECTS = """
    CREATE TEMP TABLE suspects AS
    SELECT hash({key}) AS digest FROM certificates WHERE {key} IS NOT NULL GROUP BY digest HAVING count(*) > 1
"""
REPEATED = """
    CREATE TEMP TABLE found AS SELECT file, row, uvci, shot_id, file_before, row_before FROM (
        SELECT *, lag(file) OVER same AS file_before, lag(row) OVER same AS row_before
        FROM certificates WHERE hash(uvci) IN (SELECT digest FROM suspects)
        WINDOW same AS (PARTITION BY uvci ORDER BY file, row)
    ) WHERE file_before IS NOT NULL
"""
UNLINKED = """
    CREATE TEMP TABLE found AS SELECT file, row, uvci, shot_id, file_before, row_before FROM (
        SELECT *, lag(file) OVER same AS file_before, lag(row) OVER same AS row_before,
            lag(uvci) OVER same AS former
        FROM certificates WHERE supersedes IS NOT NULL OR hash(shot_id) IN (SELECT digest FROM suspects)
        WINDOW same AS (PARTITION BY shot_id ORDER BY file, row)
    ) WHERE {wrong}
"""
ALL_THERE = "supersedes IS DISTINCT FROM former"
SOME_MISSING = "supersedes IS NULL AND file_before IS NOT NULL"


def check_links(files: Sequence[CommittedFile], is_all: bool, room: Room, faults: Faults) -> None:
    """Adds the certificates whose uvci another one has, and those of one shot that are not linked.

    `files` can be read, and are in the order in which they were committed. Unless they are all there are
    (`is_all`), a certificate that a link names may lie in another: then only a link that is not there at all
    is a fault. Starts threads: do not fork afterwards. Raises StoppedHalfWay where memory and disk do not
    suffice, and RegistryUnreadable where a file is gone since.
    """
    unlinked = UNLINKED.format(wrong=ALL_THERE if is_all else SOME_MISSING)
    questions: list[tuple[Kind, str, str]] = [("uvci", "uvci", REPEATED), ("shot", "shot_id", unlinked)]
    for kind, key, query in questions:
        passes = [Stream(ROWS, _batches(files)) for _ in range(2)]
        with open_database("comparing certificates", room, passes) as database:
            for stream, question in zip(passes, (SUSPECTS.format(key=key), query), strict=True):
                database.register("certificates", stream.reader())
                database.execute(question)
                database.unregister("certificates")
            _tell(kind, database, files, faults)


def _tell(
    kind: Kind, database: duckdb.DuckDBPyConnection, files: Sequence[CommittedFile], faults: Faults
) -> None:
    """Adds what was found: the first ones with their places, and the number of all."""
    n_found = int(database.execute("SELECT count(*) FROM found").fetchall()[0][0])
    listed = database.execute("SELECT * FROM found ORDER BY file, row LIMIT ?", [faults.most_listed])
    for file, row, uvci, shot_id, file_before, row_before in listed.fetchall():
        before = "" if file_before is None else f"{files[file_before].path}, row {row_before}"
        faults.add(_fault(kind, files[file], row, (uvci, shot_id), before))
        n_found -= 1
    faults.counts[kind] += n_found


def _fault(
    kind: Kind, file: CommittedFile, row: int, ids: tuple[bytes | None, bytes | None], before: str
) -> Fault:
    """`before` is the place of the certificate before it, if there is one."""
    if kind == "uvci":
        told = f"has the uvci of another one ({before}); hand out neither, and report this mistake"
    elif before:
        told = f"does not supersede the shot's certificate before it ({before}); revoke one of the two"
    else:
        told = "supersedes a certificate that is not there; look for a copy of the registry that has it"
    certificate = f"certificate {shown(ids[0])} of shot {shown(ids[1])}"
    message = f"{file.path}, row {row}: {certificate} {told}"
    return Fault(kind, message, str(file.path), file.plan_id, file.part, row)


def _batches(files: Sequence[CommittedFile]) -> Iterator[pa.RecordBatch]:
    for number, file in enumerate(files):
        try:
            yield from _batches_of(file, number)
        except (OSError, pa.ArrowException, KeyError) as error:
            raise RegistryUnreadable(
                f"{file.path}: was whole and cannot be read now; look at the disk, then start again"
            ) from error


def _batches_of(file: CommittedFile, number: int) -> Iterator[pa.RecordBatch]:
    first = 0
    with pq.ParquetFile(file.path, buffer_size=READ_BUFFER_BYTES, pre_buffer=False) as parquet:
        for batch in read_groups(parquet, range(parquet.num_row_groups), IDS):
            columns = [
                pa.repeat(pa.scalar(number, pa.int32()), batch.num_rows),
                pa.array(np.arange(first, first + batch.num_rows, dtype=np.int64)),
                *(converted(batch.column(name), pa.binary()) for name in IDS),
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=ROWS)
            first += batch.num_rows
