"""Checks files of shots and of corrections with the signatures that they were handed in with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

import pyarrow as pa

from signer.attesting import Attestation, Authorities, Fault, check_attestation
from signer.errors import InputUnreadable
from signer.records.places import RowsOfPlace
from signer.sources import is_csv, open_source
from signer.sources.csv_header import read_header
from signer.sources.csv_rows import read_rows
from signer.tables.columns import converted
from signer.tables.files import damaged_rows, identity_of, opened, read_groups

__all__ = [
    "MOST_PLACES",
    "check_files",
    "check_unchanged",
    "rows_by_facility",
    "rows_by_place",
    "rows_of_batches",
]

PLACE = ("province", "district", "facility")
MOST_PLACES: Final = 20_000
"""More than a country has facilities; a file of more has something else in that column."""
LONGEST_NAME: Final = 300


def check_files(
    files: Iterable[Path], authorities: Authorities, now: datetime
) -> Iterator[Attestation | Fault]:
    """Of each file in turn, whether it is attested; a bad one is no reason to stop."""
    for file in files:
        yield check_attestation(file, authorities, rows_by_place(file), now=now)


def check_unchanged(attested: Iterable[Attestation]) -> None:
    """Raises InputUnreadable where a file is not the one any more whose signature was checked.

    For whoever reads the files later than they were checked: ask again when all of them are read.
    """
    for found in attested:
        try:
            is_same = identity_of(found.file) == found.identity
        except OSError:
            is_same = False
        if not is_same:
            raise InputUnreadable(
                f"{found.file}: was changed or exchanged since its signature was checked; start again"
            )


def rows_by_place(file: Path) -> Iterator[RowsOfPlace]:
    """Places of the rows of a Parquet or CSV file, in its order, rows of one place joined within a batch.

    Nothing is opened before the first is asked for. Raises InputUnreadable with file and what to do.
    """
    return rows_of_batches(_csv_places(file) if is_csv(file) else _parquet_places(file))


def rows_of_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[RowsOfPlace]:
    """Places of rows that were read elsewhere, for `check_attestation`: a sheet of corrections, say.

    Each batch has the columns province, district and facility, as text or binary; others are left alone.
    """
    first_row = 0
    for batch in batches:
        columns = [batch.column(name).cast(pa.binary()) for name in PLACE]
        yield from _joined(pa.RecordBatch.from_arrays(columns, list(PLACE)), first_row)
        first_row += len(batch)


def rows_by_facility(file: Path) -> list[RowsOfPlace]:
    """Whose rows a file claims to hold, each place once, in their order; for the list of files set aside.

    Nobody vouches for a word of it, and the file is parsed here whoever wrote it. Empty for one that cannot
    be read. One with more than MOST_PLACES places, or names of more than 300 characters, has something else
    in those columns, persons perhaps: all its rows count as of no place then.
    """
    places: dict[tuple[str | None, str | None, str | None], RowsOfPlace] = {}
    n_rows, is_legible = 0, True
    try:
        for found in rows_by_place(file) if file.is_file() else ():  # a pipe would have us wait for ever
            n_rows += found.n_rows
            if is_legible:
                place = (found.province, found.district, found.facility)
                earlier = places.get(place, replace(found, n_rows=0))
                places[place] = replace(earlier, n_rows=earlier.n_rows + found.n_rows)
                longest = max(len(name or "") for name in place)
                is_legible = len(places) <= MOST_PLACES and longest <= LONGEST_NAME
    except (InputUnreadable, OSError):
        return []
    return list(places.values()) if is_legible else [RowsOfPlace(None, None, None, n_rows, 0)]


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
