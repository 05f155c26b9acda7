"""Text of a CSV to the values of the shots schema; what cannot be read is marked, to have its row refused."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

import pyarrow as pa

from signer.records.schemas import SHOTS
from signer.sources.columns import UNREADABLE

__all__ = ["NotTextError", "to_values"]

WHOLE_NUMBER = re.compile(rb"-?[0-9]{1,9}")
DAY = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FIRST_DAY = datetime.date(1970, 1, 1).toordinal()


class NotTextError(Exception):
    """A value that is not UTF-8, or one with a line break in it; `row` counts from 0 in the table."""

    def __init__(self, row: int, column: str, line_break: bool) -> None:
        super().__init__(row, column, line_break)
        self.row, self.column, self.line_break = row, column, line_break


def _number(text: bytes) -> int | None:
    text = text.strip()
    if not text:
        return None
    return int(text) if WHOLE_NUMBER.fullmatch(text) else UNREADABLE


def _day(text: bytes) -> int | None:
    """Days since 1970 of YYYY-MM-DD."""
    text = text.strip()
    if not text:
        return None
    if not DAY.fullmatch(text):
        return UNREADABLE
    try:
        return datetime.date.fromisoformat(text.decode("ascii")).toordinal() - FIRST_DAY
    except ValueError:
        return UNREADABLE


def _read_each(column: pa.Array, read: Callable[[bytes], int | None]) -> pa.Array:
    """Reads each different text once: doses and days of a campaign are few."""
    encoded = column.dictionary_encode()
    values = pa.array([read(text) for text in encoded.dictionary.to_pylist()], pa.int32())
    return values.take(encoded.indices)


def _to_text(name: str, column: pa.Array) -> pa.Array:
    """Raises NotTextError with the first row at fault."""
    try:
        return column.cast(pa.string())
    except pa.ArrowInvalid as error:
        for row, value in enumerate(column.to_pylist()):
            try:
                (value or b"").decode()
            except UnicodeDecodeError:
                raise NotTextError(row, name, line_break=False) from error
        raise


def _check_line_breaks(table: pa.RecordBatch) -> None:
    """A line break inside quotes is nearly always a quotation mark not closed, which has swallowed rows."""
    for name, column in zip(table.schema.names, table.columns, strict=True):
        characters = column.buffers()[2]
        if characters is None or not _has_line_break(memoryview(characters)):
            continue
        for row, value in enumerate(column.to_pylist()):
            if value and _has_line_break(value):
                raise NotTextError(row, name, line_break=True)


def _has_line_break(characters: bytes | memoryview) -> bool:
    content = bytes(characters)
    return b"\n" in content or b"\r" in content


def to_values(table: pa.RecordBatch) -> pa.RecordBatch:
    """A batch of binary columns to the shots schema. Empty text stays empty; an empty number or date is null.

    Raises NotTextError.
    """
    _check_line_breaks(table)
    columns = []
    for field in SHOTS:
        column = table.column(field.name)
        if field.type == pa.int32():
            columns.append(_read_each(column, _number))
        elif field.type == pa.date32():
            columns.append(_read_each(column, _day).cast(pa.date32()))
        else:
            columns.append(_to_text(field.name, column))
    return pa.RecordBatch.from_arrays(columns, schema=SHOTS)
