"""Times of certificates as texts and as numbers, always in UTC and whole seconds."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

__all__ = ["in_iso", "in_seconds"]


def in_iso(rows: pa.Table) -> dict[str, list[object]]:
    """The columns as Python values; times as `2022-04-14T03:15:00Z`."""
    return {name: _iso(rows.column(name)).to_pylist() for name in rows.column_names}


def _iso(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not kinds.is_timestamp(column.type):
        return column
    # Without a zone, which would be looked up in a database that not every machine has. Times are few.
    moments = column.cast(pa.timestamp("s"), safe=False).combine_chunks().dictionary_encode()
    texts = pc.strftime(moments.dictionary, format="%Y-%m-%dT%H:%M:%SZ")
    return pa.chunked_array([texts.take(moments.indices)])


def in_seconds(column: pa.ChunkedArray) -> list[int]:
    """Seconds since 1970 of a column of times, 0 where there is none."""
    seconds: list[int] = pc.fill_null(
        column.cast(pa.timestamp("s"), safe=False).cast(pa.int64()), 0
    ).to_pylist()
    return seconds
