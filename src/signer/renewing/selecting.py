"""Chooses the certificates to renew, and puts down where they stand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["Selected", "count_lapsed", "due_by_night", "read_selected", "select_due"]

QUERIES = resources.files("signer.renewing") / "sql"
SELECTED = pa.schema([("file", pa.int64()), ("row_in_file", pa.int64()), ("uvci", pa.string())])
ROWS_PER_GROUP = 1 << 16


@dataclass(frozen=True)
class Selected:
    """How many rows were chosen, the SHA-256 over their UVCIs (hex), and the numbers of their files."""

    n_rows: int
    sha256: str
    files: frozenset[int]


def due_by_night(
    database: duckdb.DuckDBPyConnection, due_by: int, night_began: int, n_nights: int
) -> npt.NDArray[np.int64]:
    """How many certificates in force have which of the coming nights as their last; the first is tonight.

    Those that expire by `due_by` must be renewed tonight, and those later by so many days so many nights
    later. What was signed since `night_began` is not counted. Times in seconds since 1970; `database` has the
    views of a registry.
    """
    found = database.execute(
        (QUERIES / "due_by_night.sql").read_text("utf-8"), {"due_by": due_by, "night_began": night_began}
    ).fetchnumpy()
    counts = np.zeros(n_nights, np.int64)
    is_near = np.asarray(found["night"]) < n_nights
    counts[found["night"][is_near]] = found["certificates"][is_near]
    return counts


def count_lapsed(database: duckdb.DuckDBPyConnection, now: int) -> int:
    """How many certificates in force have expired before they were renewed."""
    query = "SELECT count(*) FROM in_force WHERE exp <= to_timestamp($now)"
    return int(database.execute(query, {"now": now}).fetchall()[0][0])


def select_due(
    database: duckdb.DuckDBPyConnection, due_by: int, night_began: int, n_most: int, out: Path
) -> Selected:
    """Writes to `out` where the certificates stand, at most `n_most`, in the order of files and rows.

    The same registry and numbers give the same rows. Raises OSError.
    """
    choose = (QUERIES / "select_due.sql").read_text("utf-8")
    database.execute(choose, {"due_by": due_by, "night_began": night_began, "n_most": n_most})
    chosen = database.execute("SELECT file, row_in_file, uvci FROM due ORDER BY file, row_in_file")
    digest, files, n_rows = hashlib.sha256(), set[int](), 0
    with pq.ParquetWriter(out, SELECTED) as writer:
        for batch in chosen.to_arrow_reader(ROWS_PER_GROUP):
            writer.write_batch(batch.cast(SELECTED), row_group_size=ROWS_PER_GROUP)
            digest.update("\n".join([*batch.column("uvci").to_pylist(), ""]).encode())
            files.update(batch.column("file").unique().to_pylist())
            n_rows += batch.num_rows
    return Selected(n_rows, digest.hexdigest(), frozenset(files))


def read_selected(path: Path, first_row: int, n_rows: int) -> Iterator[pa.RecordBatch]:
    """The chosen rows of that range, in batches with the columns of SELECTED. Raises OSError."""
    with pq.ParquetFile(path) as file:
        row = 0
        for number in range(file.num_row_groups):
            end = row + file.metadata.row_group(number).num_rows
            if row < first_row + n_rows and end > first_row:
                first = max(first_row - row, 0)
                group = file.read_row_group(number).slice(first, min(end, first_row + n_rows) - row - first)
                yield from group.combine_chunks().to_batches()
            row = end
