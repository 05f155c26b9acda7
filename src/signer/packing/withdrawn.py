"""Certificates that are not to be handed on: superseded by a later one of the same shot, or revoked."""

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
ROWS = "SELECT row, is_revoked FROM issued JOIN latest USING (uvci) ORDER BY row"


@dataclass(frozen=True)
class Withdrawn:
    """Rows over all files, ascending; one that was both superseded and revoked is among the revoked."""

    superseded: npt.NDArray[np.int64]
    revoked: npt.NDArray[np.int64]

    def in_force(self, first_row: int, n_rows: int) -> pa.BooleanArray:
        """False for each of the rows that is withdrawn."""
        mask = np.ones(n_rows, bool)
        for rows in (self.superseded, self.revoked):
            begin, end = np.searchsorted(rows, [first_row, first_row + n_rows])
            mask[rows[begin:end] - first_row] = False
        return pa.array(mask)


NOTHING_WITHDRAWN = Withdrawn(np.empty(0, np.int64), np.empty(0, np.int64))


def find_withdrawn(
    files: Sequence[CertificateFile],
    withdrawals: Iterable[pa.RecordBatch],
    temp_directory: Path,
    threads: int,
) -> Withdrawn:
    """Finds the rows that one of `withdrawals`, batches of that schema in any order, speaks of.

    Starts threads: do not fork afterwards. Raises what `withdrawals` raises, InputUnreadable where a file is
    damaged, and StoppedHalfWay where memory and disk do not suffice.
    """
    said = Stream(WITHDRAWALS, iter(withdrawals))
    issued = Stream(ISSUED, _issued(files))
    room = Room(MEMORY_LIMIT, temp_directory, threads)
    with open_database("finding superseded and revoked certificates", room, [said, issued]) as database:
        # The few are the side to be kept in memory; DuckDB cannot know that of a stream.
        database.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        database.register("withdrawals", said.reader())
        database.execute(LATEST)
        if database.execute("SELECT count(*) FROM latest").fetchall() == [(0,)]:
            return NOTHING_WITHDRAWN
        database.register("issued", issued.reader())
        found = database.execute(ROWS).fetchnumpy()
    rows, is_revoked = np.asarray(found["row"], np.int64), np.asarray(found["is_revoked"], bool)
    return Withdrawn(rows[~is_revoked], rows[is_revoked])


def _issued(files: Sequence[CertificateFile]) -> Iterator[pa.RecordBatch]:
    for file in files:
        for row, batch in read_batches(file, ["uvci"]):
            columns = [
                pa.array(np.arange(row, row + len(batch))),
                converted(batch.column("uvci"), pa.binary()),
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=ISSUED)
