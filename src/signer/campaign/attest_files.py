"""Checks files of shots with the signatures that they were handed in with, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from signer.attesting import Attestation, Authorities, Fault, RowsOfPlace, check_attestation
from signer.errors import InputUnreadable
from signer.sources import is_csv, open_source
from signer.sources.csv_header import read_header
from signer.sources.csv_rows import read_rows
from signer.tables.columns import converted
from signer.tables.files import damaged_rows, opened, read_groups

__all__ = ["check_files", "rows_by_place"]

PLACE = ("province", "district", "facility")


def check_files(
    files: Iterable[Path], authorities: Authorities, now: datetime
) -> Iterator[Attestation | Fault]:
    """Of each file in turn, whether it is attested; a bad one is no reason to stop."""
    for file in files:
        yield check_attestation(file, authorities, rows_by_place(file), now=now)


def rows_by_place(file: Path) -> Iterator[RowsOfPlace]:
    """Places of the rows of a Parquet or CSV file, in its order, rows of one place joined within a batch.

    Nothing is opened before the first is asked for. Raises InputUnreadable with file and what to do.
    """
    first_row = 0
    for batch in _csv_places(file) if is_csv(file) else _parquet_places(file):
        yield from _joined(batch, first_row)
        first_row += len(batch)


def _csv_places(file: Path) -> Iterator[pa.RecordBatch]:
    for batch in read_rows(file, read_header(file)):
        yield batch.select(list(PLACE))


def _parquet_places(file: Path) -> Iterator[pa.RecordBatch]:
    source, n_read = open_source(file), 0
    try:
        with opened(source) as parquet:
            for batch in read_groups(parquet, range(len(source.group_rows)), PLACE):
                columns = [converted(batch.column(name), pa.string()).cast(pa.binary()) for name in PLACE]
                yield pa.RecordBatch.from_arrays(columns, list(PLACE))
                n_read += len(batch)
    except (OSError, pa.ArrowException) as error:
        raise damaged_rows(source.shown_as, n_read, source.n_rows - 1) from error
    if n_read != source.n_rows:
        raise InputUnreadable(f"{file}: damaged, {n_read} of {source.n_rows} rows can be read; copy it again")


def _joined(batch: pa.RecordBatch, first_row: int) -> Iterator[RowsOfPlace]:
    rows = pa.array(range(first_row, first_row + len(batch)), pa.int64())
    table = pa.Table.from_batches([batch.append_column("row", rows)])
    counted = table.group_by(list(PLACE), use_threads=False).aggregate([("row", "count"), ("row", "min")])
    for place in counted.to_pylist():
        province, district, facility = (_text(place[name]) for name in PLACE)
        yield RowsOfPlace(province, district, facility, place["row_count"], place["row_min"])


def _text(value: bytes | None) -> str | None:
    """What is not UTF-8 comes out as no name that a certificate has."""
    return None if value is None else value.decode("utf-8", "replace")
