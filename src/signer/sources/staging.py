"""Stages a CSV file as Parquet, so that it can be read in parts like any other source."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from signer.durable import unwritten
from signer.errors import InputUnreadable, OutputUnwritable
from signer.records.schemas import SHOTS
from signer.sources.csv_header import read_header
from signer.sources.csv_rows import line_break_inside, read_rows
from signer.sources.csv_values import NotTextError, to_values

__all__ = ["ROWS_PER_GROUP", "stage_csv"]

ROWS_PER_GROUP = 100_000


def _values(path: Path) -> Iterator[pa.RecordBatch]:
    """The rows of a CSV in the shots schema."""
    row = 0
    for texts in read_rows(path, read_header(path)):
        try:
            yield to_values(texts)
        except NotTextError as fault:
            at = row + fault.row
            if fault.line_break:
                raise line_break_inside(path, at) from fault
            raise InputUnreadable(
                f"{path}: row {at}, column {fault.column} is not in UTF-8; save it as UTF-8"
            ) from fault
        row += len(texts)


def _grouped(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Batches joined to tables of at least ROWS_PER_GROUP rows, but for the last."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(map(len, waiting)) >= ROWS_PER_GROUP:
            yield pa.Table.from_batches(waiting)
            waiting = []
    if any(map(len, waiting)):
        yield pa.Table.from_batches(waiting)


def _write(path: Path, staged: Path) -> None:
    with pq.ParquetWriter(staged, SHOTS, compression="snappy", write_statistics=False) as writer:
        for table in _grouped(_values(path)):
            writer.write_table(table, row_group_size=len(table))


def stage_csv(path: Path, directory: Path) -> Path:
    """Writes a CSV's rows to a new Parquet file of mode 0600 in `directory`; the caller removes it.

    Open it with `open_source(staged, shown_as=str(path))`. The rules of the format are in docs/formats.md.
    Raises InputUnreadable with file and row, OutputUnwritable where no file can be made, and StoppedHalfWay
    where the disk does not hold it; then nothing is left behind.
    """
    try:
        handle, name = tempfile.mkstemp(prefix="staged-", suffix=".parquet", dir=directory)
        os.close(handle)
    except OSError as error:
        raise OutputUnwritable(f"{directory} cannot be written: {error.strerror}") from error
    staged = Path(name)
    try:
        _write(path, staged)
    except BaseException as error:
        staged.unlink(missing_ok=True)
        if isinstance(error, OSError):
            kind = type(unwritten(directory, error))
            raise kind(f"{directory} cannot hold {path} as Parquet: {error.strerror or error}") from error
        raise
    return staged
