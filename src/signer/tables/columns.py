"""Holds the columns of a table against those it must have, and brings them into exactly their types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.types as kinds

from signer.errors import InputUnreadable

__all__ = ["TableKind", "check_names", "check_types", "converted"]

MOST_UNKNOWN_SHOWN = 10


@dataclass(frozen=True)
class TableKind:
    """What a table must hold, and the advice where a file is no such table.

    `columns` must be there, those of the names `beside` may. `name_columns` and `name_files` are the advice
    where a column is missing and where a file is not in Parquet; `verdict` stands before the former.
    """

    what: str
    columns: pa.Schema
    name_columns: str
    name_files: str
    verdict: str = ""
    beside: Sequence[str] = ()


def check_names(shown_as: str, names: Sequence[str], kind: TableKind) -> None:
    """Every column must be there once; others may stand beside them, in any order."""
    missing = [name for name in kind.columns.names if name not in names]
    if missing:
        are_missing = "is missing" if len(missing) == 1 else "are missing"
        raise InputUnreadable(
            f"{shown_as}: {kind.verdict}column {', '.join(missing)} {are_missing}"
            f"{_unknown_among(names, kind)}; {kind.name_columns}"
        )
    for name in kind.columns.names:
        if list(names).count(name) > 1:
            raise InputUnreadable(f"{shown_as}: column {name} stands there more than once; keep one of them")


def _unknown_among(names: Sequence[str], kind: TableKind) -> str:
    """The other columns found, in quotes to show blanks: one may be a missing one by another name."""
    known = {*kind.columns.names, *kind.beside}
    unknown = [repr(name) for name in names if name not in known]
    if not unknown:
        return ""
    more = ", ..." if len(unknown) > MOST_UNKNOWN_SHOWN else ""
    return f", unknown {', '.join(unknown[:MOST_UNKNOWN_SHOWN])}{more} found"


def check_types(shown_as: str, schema: pa.Schema, kind: TableKind) -> None:
    """Every column must be there once, in a type that `converted` takes."""
    check_names(shown_as, schema.names, kind)
    for field in kind.columns:
        found = schema.field(field.name).type
        advice = _advice(field.type, found)
        if advice is not None:
            expected = str(field.type).removesuffix("[day]")  # date32 has no other unit
            raise InputUnreadable(f"{shown_as}: column {field.name} is {found}, expected {expected}{advice}")


def _advice(expected: pa.DataType, found: pa.DataType) -> str | None:
    """What to do about a column of the wrong type; None where it is taken."""
    if kinds.is_null(found) or found == expected:
        return None
    if kinds.is_string(expected):
        return None if _is_text(found) else "; write it as text"
    if kinds.is_integer(expected):
        return None if kinds.is_integer(found) else "; write it as a whole number"
    if kinds.is_timestamp(expected):  # without a zone it may be local time
        return None if kinds.is_timestamp(found) and found.tz else "; write it as a time with its zone"
    if kinds.is_timestamp(found):
        return ", a day with no time in it; cast it to a date, in local time"
    return "; cast it to a date"


def _is_text(kind: pa.DataType) -> bool:
    if kinds.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind))


def converted(column: pa.Array, expected: pa.DataType) -> pa.Array:
    """A column that has passed `check_types` in exactly the expected type, at offset 0.

    Finer times than the expected are cut. Raises pyarrow.ArrowInvalid at a number that does not fit.
    """
    if column.type == expected:
        return column if column.offset == 0 else pa.concat_arrays([column])
    if kinds.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column.cast(expected, safe=not kinds.is_timestamp(expected))
