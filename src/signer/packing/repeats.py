"""Finds a uvci that two selected certificates have, over all files, out of core."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from signer.errors import InputUnreadable, StoppedHalfWay
from signer.packing.certificate_files import CertificateFile, read_batches
from signer.packing.choosing import NOT_CHOSEN, Choice

__all__ = ["refuse_repeats"]

MEMORY_LIMIT = "300MB"  # DuckDB spills what does not fit
CHOSEN = pa.schema([("row", pa.int64()), ("uvci", pa.string())])

# Equal hashes make a uvci suspect; the second pass then compares the suspects themselves.
SUSPECTS = """
    CREATE TEMP TABLE suspects AS
    SELECT hash(uvci) AS digest FROM chosen GROUP BY digest HAVING count(*) > 1
"""
FIRST_REPEAT = """
    SELECT min(row), max(row) FROM chosen WHERE hash(uvci) IN (SELECT digest FROM suspects)
    GROUP BY uvci HAVING count(*) > 1 ORDER BY 1 LIMIT 1
"""


class _Uvcis:
    """The selected uvcis for DuckDB to pull. An error is kept, as DuckDB hands on its text alone."""

    def __init__(self, files: Sequence[CertificateFile], choice: Choice) -> None:
        self._files = files
        self._choice = choice
        self.fault: InputUnreadable | None = None

    def reader(self) -> pa.RecordBatchReader:
        """Row and uvci of each selected certificate, from the beginning."""
        return pa.RecordBatchReader.from_batches(CHOSEN, self._batches())

    def _batches(self) -> Iterator[pa.RecordBatch]:
        for file in self._files:
            try:
                yield from self._of(file)
            except InputUnreadable as error:
                self.fault = error
                raise

    def _of(self, file: CertificateFile) -> Iterator[pa.RecordBatch]:
        for row, batch in read_batches(file, ["uvci"], self._choice.row_groups(file)):
            inside = np.flatnonzero(self._choice.group_of_row[row : row + len(batch)] != NOT_CHOSEN)
            uvcis = batch.column(0).take(pa.array(inside))
            yield pa.RecordBatch.from_arrays([pa.array(inside + row), uvcis], schema=CHOSEN)


def refuse_repeats(
    files: Sequence[CertificateFile], choice: Choice, temp_directory: Path, threads: int
) -> None:
    """Raises InputUnreadable, naming both files, where two selected certificates have the same uvci.

    They would take each other's name, and nobody could say which of them is to be used. Starts threads: do
    not fork afterwards. Raises StoppedHalfWay where memory and disk do not suffice.
    """
    uvcis = _Uvcis(files, choice)
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": str(temp_directory),
        "threads": str(threads),
        "preserve_insertion_order": "false",
    }
    try:
        with duckdb.connect(":memory:", config=settings) as connection:
            found = _query(connection, uvcis)
    except duckdb.Error as error:
        if uvcis.fault is not None:
            raise uvcis.fault from None
        if isinstance(error, duckdb.OutOfMemoryException | duckdb.IOException):
            raise StoppedHalfWay(
                f"comparing uvcis needs more than {MEMORY_LIMIT} of memory and the room in {temp_directory}"
            ) from error
        raise
    if found:
        raise _repeat(files, *found)


def _query(connection: duckdb.DuckDBPyConnection, uvcis: _Uvcis) -> tuple[int, int] | None:
    connection.register("chosen", uvcis.reader())
    connection.execute(SUSPECTS).fetchall()
    connection.unregister("chosen")
    if connection.execute("SELECT count(*) FROM suspects").fetchall() == [(0,)]:
        return None
    connection.register("chosen", uvcis.reader())
    rows = connection.execute(FIRST_REPEAT).fetchall()
    return (int(rows[0][0]), int(rows[0][1])) if rows else None


def _repeat(files: Sequence[CertificateFile], first_row: int, last_row: int) -> InputUnreadable:
    first, last = (
        next(file for file in files if row < file.first_row + file.n_rows) for row in (first_row, last_row)
    )
    return InputUnreadable(
        f"{last.path}: row {last_row - last.first_row} has the same uvci as row {first_row - first.first_row}"
        f" of {first.path}; pack the certificates of each run by themselves"
    )
