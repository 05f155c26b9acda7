"""What a table of shots must hold, and its batches in exactly the shots schema."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from signer.records.schemas import SHOTS
from signer.tables.columns import TableKind, converted

__all__ = ["SHOTS_TABLE", "UNREADABLE", "to_shots"]

SHOTS_TABLE = TableKind(
    what="shots",
    columns=SHOTS,
    name_columns=f"a table of shots has the columns {', '.join(SHOTS.names)}",
    name_files="shots come as .parquet, .csv or .csv.gz",
)

UNREADABLE = -(2**31)
"""A number or date that could not be read, as SHOT_UNREADABLE in native/shots/shots.h: its row is refused."""


def _to_int32(column: pa.Array) -> pa.Array:
    """Whole numbers of any width; one that does not fit becomes UNREADABLE: its row alone is refused."""
    wide = column.cast(pa.int64(), safe=False)
    limits = np.iinfo(np.int32)
    fits = pc.and_(pc.greater_equal(wide, limits.min), pc.less_equal(wide, limits.max))
    return pc.if_else(fits, wide, UNREADABLE).cast(pa.int32())


def _value(column: pa.Array, expected: pa.DataType) -> pa.Array:
    if kinds.is_integer(column.type) and column.type != expected:
        column = _to_int32(column)
    return converted(column, expected)


def to_shots(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch in exactly the shots schema, its arrays at offset 0; its types have passed `check_types`."""
    return pa.RecordBatch.from_arrays(
        [_value(batch.column(field.name), field.type) for field in SHOTS], schema=SHOTS
    )
