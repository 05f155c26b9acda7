"""Tables that come in, row by row: columns of a schema in batches, as often as they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from signer._core import name_keys
from signer.errors import InputUnreadable
from signer.tables.batches import Batches
from signer.tables.columns import converted
from signer.tables.files import TableFile, damaged_rows, opened, read_groups

__all__ = ["ShotTable", "keyed", "parquet_batches"]

NOT_UTF8 = "\ufffd"


@dataclass(frozen=True)
class ShotTable:
    """Shots from one place; those of a table that is not `attested` are all refused."""

    batches: Batches
    attested: bool = True


def parquet_batches(file: TableFile, schema: pa.Schema) -> Batches:
    """The rows of a Parquet file that was opened as a table of this schema.

    The batches raise InputUnreadable where the file is damaged, holds a number that does not fit its column,
    or was exchanged.
    """

    def batches(columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        wanted = pa.schema([schema.field(name) for name in columns])
        n_read = 0
        try:
            with opened(file) as parquet:
                for batch in read_groups(parquet, range(len(file.group_rows)), columns):
                    arrays = [converted(batch.column(field.name), field.type) for field in wanted]
                    n_read += len(batch)
                    yield pa.RecordBatch.from_arrays(arrays, schema=wanted)
        except (OSError, pa.ArrowException) as error:
            raise damaged_rows(file.shown_as, n_read, file.n_rows - 1) from error
        if n_read != file.n_rows:
            raise InputUnreadable(f"{file.shown_as}: damaged, {file.n_rows - n_read} rows are missing")

    return batches


def keyed(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with `full_name_key` in the place of `full_name`, and with text that is UTF-8 throughout."""
    arrays, names = [], []
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        is_name = name == "full_name"
        arrays.append(name_keys(column) if is_name else _readable(column))
        names.append("full_name_key" if is_name else name)
    return pa.RecordBatch.from_arrays(arrays, names)


def _readable(column: pa.Array) -> pa.Array:
    """The same; text with bytes that are not UTF-8, at which DuckDB would end, equals no text of a rule."""
    if not pa.types.is_string(column.type):
        return column
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        raw = column.cast(pa.binary()).to_pylist()
        return pa.array([_text(value) for value in raw], pa.string())
    return column


def _text(value: bytes | None) -> str | None:
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return NOT_UTF8
