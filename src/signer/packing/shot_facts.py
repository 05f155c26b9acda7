"""Nationality and lot of the selected certificates, which hold neither: out of the shots, out of core."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signer.errors import StoppedHalfWay
from signer.packing.certificate_files import CertificateFile, read_batches
from signer.packing.choosing import NOT_CHOSEN, Choice
from signer.tables.out_of_core import Room, Stream, open_database

__all__ = ["SHOT_FACTS", "FactsOf", "find_facts", "no_facts"]

SHOT_FACTS = pa.schema([("nationality", pa.string()), ("lot", pa.string())])

FactsOf = Callable[[npt.NDArray[np.int64]], pa.RecordBatch]
"""Gives the SHOT_FACTS of the next selected rows over all files, which are asked for in ascending order."""

MEMORY_LIMIT = "300MB"  # DuckDB spills what does not fit
FETCHED_ROWS = 10_000
CHOSEN = pa.schema([("row", pa.int64()), ("shot_id", pa.string())])
SHOTS = pa.schema([("nth", pa.int64()), ("shot_id", pa.string()), *SHOT_FACTS])

FOUND = """
    CREATE TEMP TABLE found AS
    SELECT chosen.row, nth, nationality, lot FROM chosen LEFT JOIN shots ON chosen.shot_id = shots.shot_id
"""
IN_ORDER = "SELECT row, nationality, lot FROM found ORDER BY row, nth"


def no_facts(rows: npt.NDArray[np.int64]) -> pa.RecordBatch:
    """Nothing is known of any row."""
    return pa.RecordBatch.from_arrays([pa.nulls(len(rows), pa.string())] * 2, schema=SHOT_FACTS)


@contextmanager
def find_facts(
    shots: Iterable[pa.RecordBatch],
    files: Sequence[CertificateFile],
    choice: Choice,
    temp_directory: Path,
    threads: int,
) -> Iterator[FactsOf]:
    """Joins the selected certificates by shot_id to `shots`, which have shot_id and the SHOT_FACTS in UTF-8.

    Of several shots with one shot_id the first counts, as it was issued; a certificate without a shot has
    nulls. Starts threads: do not fork afterwards. Raises what `shots` raises, InputUnreadable where a file of
    certificates is damaged, and StoppedHalfWay where memory and disk do not suffice.
    """
    chosen, numbered = Stream(CHOSEN, _chosen(files, choice)), Stream(SHOTS, _numbered(shots))
    room = Room(MEMORY_LIMIT, temp_directory, threads)
    with open_database("joining shots", room, (chosen, numbered)) as connection:
        connection.register("chosen", chosen.reader())
        connection.register("shots", numbered.reader())
        connection.execute(FOUND).fetchall()
        yield _Facts(connection)


def _chosen(files: Sequence[CertificateFile], choice: Choice) -> Iterator[pa.RecordBatch]:
    for file in files:
        for row, batch in read_batches(file, ["shot_id"], choice.row_groups(file)):
            inside = np.flatnonzero(choice.group_of_row[row : row + len(batch)] != NOT_CHOSEN)
            shot_ids = batch.column(0).take(pa.array(inside))
            yield pa.RecordBatch.from_arrays([pa.array(inside + row), shot_ids], schema=CHOSEN)


def _numbered(shots: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    first = 0
    for batch in shots:
        columns = [batch.column(name) for name in SHOTS.names[1:]]
        numbers = pa.array(np.arange(first, first + len(batch)))
        yield pa.RecordBatch.from_arrays([numbers, *columns], schema=SHOTS)
        first += len(batch)


class _Facts:
    """Hands out what was found, row after row."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._found = _first_shots(connection.execute(IN_ORDER))

    def __call__(self, rows: npt.NDArray[np.int64]) -> pa.RecordBatch:
        found = list(islice(self._found, len(rows)))
        if [row for row, _, _ in found] != rows.tolist():
            raise StoppedHalfWay("some certificates were lost among the shots; please report this mistake")
        columns = [pa.array([each[place] for each in found], pa.string()) for place in (1, 2)]
        return pa.RecordBatch.from_arrays(columns, schema=SHOT_FACTS)


def _first_shots(found: duckdb.DuckDBPyConnection) -> Iterator[tuple[int, str | None, str | None]]:
    """Row, nationality and lot, without what a second shot of one id repeats."""
    last_row = -1
    while block := found.fetchmany(FETCHED_ROWS):
        for row, nationality, lot in block:
            if row != last_row:
                yield row, nationality, lot
            last_row = row
