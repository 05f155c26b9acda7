"""Certificates that are not to be handed on: signed anew since, superseded by another one, or revoked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signer.packing.certificate_files import CertificateFile, read_batches
from signer.tables.columns import converted
from signer.tables.out_of_core import Room, Stream, open_database

__all__ = ["NOTHING_WITHDRAWN", "WITHDRAWALS", "Withdrawn", "find_withdrawn"]

MEMORY_LIMIT = "300MB"  # DuckDB spills what does not fit

ROWS_PER_BATCH = 1 << 18

# Binary, because DuckDB would end the query at text that is not UTF-8.
WITHDRAWALS = pa.schema([("uvci", pa.binary()), ("event", pa.int64()), ("is_revoked", pa.bool_())])
"""Certificates that are superseded, with null for `event`, or revoked or restored; of these events, numbered
as they came, the last one counts."""

ISSUED = pa.schema([("row", pa.int64()), ("uvci", pa.binary())])

LATEST = """
    CREATE TEMP TABLE latest AS
    SELECT uvci, coalesce(arg_max(is_revoked, event), false) AS is_revoked
    FROM withdrawals GROUP BY uvci HAVING is_revoked OR bool_or(event IS NULL)
"""
RENEWED = "CREATE TEMP TABLE renewed AS SELECT uvci, max(row) AS last_row FROM renewals GROUP BY uvci"
IS_ANY = "SELECT exists(FROM latest) OR exists(FROM renewed)"
ROWS = """
    SELECT row, CASE WHEN row < last_row THEN 3 WHEN is_revoked THEN 2 ELSE 1 END::UTINYINT AS what
    FROM issued LEFT JOIN renewed USING (uvci) LEFT JOIN latest USING (uvci)
    WHERE row < last_row OR is_revoked IS NOT NULL
"""


@dataclass(frozen=True)
class Withdrawn:
    """Rows over all files, ascending, each once: `renewed` are signatures that a later one of their uvci has
    outdated. Of the others, one that was both superseded and revoked is among the revoked."""

    superseded: npt.NDArray[np.int64]
    revoked: npt.NDArray[np.int64]
    renewed: npt.NDArray[np.int64]

    def in_force(self, first_row: int, n_rows: int) -> pa.BooleanArray:
        """False for each of the rows that is withdrawn."""
        mask = np.ones(n_rows, bool)
        for rows in (self.superseded, self.revoked, self.renewed):
            begin, end = np.searchsorted(rows, [first_row, first_row + n_rows])
            mask[rows[begin:end] - first_row] = False
        return pa.array(mask)


NO_ROWS = np.empty(0, np.int64)
NOTHING_WITHDRAWN = Withdrawn(NO_ROWS, NO_ROWS, NO_ROWS)


def find_withdrawn(
    files: Sequence[CertificateFile],
    withdrawals: Iterable[pa.RecordBatch],
    renewals: Sequence[CertificateFile],
    temp_directory: Path,
    threads: int,
) -> Withdrawn:
    """Finds the rows that one of `withdrawals`, batches of that schema in any order, speaks of.

    `renewals` are those of the files that sign anew what stands before them in others. Starts threads: do not
    fork afterwards. Raises what `withdrawals` raises, InputUnreadable where a file is damaged, and
    StoppedHalfWay where memory and disk do not suffice.
    """
    said = Stream(WITHDRAWALS, iter(withdrawals))
    anew, issued = Stream(ISSUED, _issued(renewals)), Stream(ISSUED, _issued(files))
    room = Room(MEMORY_LIMIT, temp_directory, threads)
    with open_database("finding withdrawn certificates", room, [said, anew, issued]) as database:
        # The few are the side to be kept in memory; DuckDB cannot know that of a stream.
        database.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        database.register("withdrawals", said.reader())
        database.execute(LATEST)
        database.register("renewals", anew.reader())
        database.execute(RENEWED)
        if database.execute(IS_ANY).fetchall() == [(False,)]:
            return NOTHING_WITHDRAWN
        database.register("issued", issued.reader())
        return _withdrawn(database.execute(ROWS).to_arrow_reader(ROWS_PER_BATCH), _n_rows(files))


def _withdrawn(found: Iterable[pa.RecordBatch], n_rows: int) -> Withdrawn:
    """A byte a row is noted first: half of all rows may be outdated, and they come in no order."""
    is_what = np.zeros(n_rows, np.uint8)
    for batch in found:
        is_what[batch.column("row").to_numpy()] = batch.column("what").to_numpy()
    superseded, revoked, renewed = (np.flatnonzero(is_what == what) for what in (1, 2, 3))
    return Withdrawn(superseded, revoked, renewed)


def _n_rows(files: Sequence[CertificateFile]) -> int:
    return sum(file.n_rows for file in files)


def _issued(files: Sequence[CertificateFile]) -> Iterator[pa.RecordBatch]:
    for file in files:
        for row, batch in read_batches(file, ["uvci"]):
            columns = [
                pa.array(np.arange(row, row + len(batch))),
                converted(batch.column("uvci"), pa.binary()),
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=ISSUED)
