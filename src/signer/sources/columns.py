"""Holds the columns of a table against the shots schema, and brings batches into exactly that schema."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from signer.errors import InputUnreadable
from signer.records.schemas import SHOTS

__all__ = ["UNREADABLE", "check_names", "check_types", "to_shots"]

UNREADABLE = -(2**31)
"""A number or date that could not be read, as SHOT_UNREADABLE in native/shots/shots.h: its row is refused."""

MOST_UNKNOWN_SHOWN = 10


def check_names(shown_as: str, names: Sequence[str]) -> None:
    """Every column of the shots schema must be there once; others may stand beside them, in any order."""
    missing = [name for name in SHOTS.names if name not in names]
    if missing:
        are_missing = "is missing" if len(missing) == 1 else "are missing"
        raise InputUnreadable(
            f"{shown_as}: column {', '.join(missing)} {are_missing}{_unknown_among(names)};"
            f" a table of shots has the columns {', '.join(SHOTS.names)}"
        )
    for name in SHOTS.names:
        if list(names).count(name) > 1:
            raise InputUnreadable(f"{shown_as}: column {name} stands there more than once; keep one of them")


def _unknown_among(names: Sequence[str]) -> str:
    """The other columns found, in quotes to show blanks: one may be a missing one by another name."""
    unknown = [repr(name) for name in names if name not in SHOTS.names]
    if not unknown:
        return ""
    more = ", ..." if len(unknown) > MOST_UNKNOWN_SHOWN else ""
    return f", unknown {', '.join(unknown[:MOST_UNKNOWN_SHOWN])}{more} found"


def _is_text(kind: pa.DataType) -> bool:
    if kinds.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind))


def _fault(expected: pa.DataType, found: pa.DataType) -> str | None:
    """What is wrong with a column's type and what to do, or None."""
    if kinds.is_null(found) or found == expected:
        return None
    if kinds.is_string(expected):
        return None if _is_text(found) else "expected string; write it as text"
    if kinds.is_int32(expected):
        return None if kinds.is_integer(found) else "expected int32; write it as a whole number"
    if kinds.is_timestamp(found):
        return "expected date32, a day with no time in it; cast it to a date, in local time"
    return "expected date32; cast it to a date"


def check_types(shown_as: str, schema: pa.Schema) -> None:
    """Every column of the shots schema must be there in a type that converts without loss."""
    check_names(shown_as, schema.names)
    for field in SHOTS:
        found = schema.field(field.name).type
        fault = _fault(field.type, found)
        if fault is not None:
            raise InputUnreadable(f"{shown_as}: column {field.name} is {found}, {fault}")


def _to_int32(column: pa.Array) -> pa.Array:
    """Whole numbers of any width; one that does not fit becomes UNREADABLE: its row alone is refused."""
    wide = column.cast(pa.int64(), safe=False)
    limits = np.iinfo(np.int32)
    fits = pc.and_(pc.greater_equal(wide, limits.min), pc.less_equal(wide, limits.max))
    return pc.if_else(fits, wide, UNREADABLE).cast(pa.int32())


def _converted(column: pa.Array, expected: pa.DataType) -> pa.Array:
    if column.type == expected:
        return column if column.offset == 0 else pa.concat_arrays([column])
    if kinds.is_dictionary(column.type):
        column = column.dictionary_decode()
    if kinds.is_integer(column.type):
        column = _to_int32(column)
    return column.cast(expected)


def to_shots(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch in exactly the shots schema, its arrays at offset 0; its types have passed `check_types`."""
    return pa.RecordBatch.from_arrays(
        [_converted(batch.column(field.name), field.type) for field in SHOTS], schema=SHOTS
    )
