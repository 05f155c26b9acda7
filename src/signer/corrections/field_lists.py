"""The fields of a shot as one list a row, so that SQL says what holds for each of them once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["column_of", "lists_of"]


def lists_of(columns: Sequence[pa.Array]) -> pa.ListArray:
    """Columns of one type and length as lists of a value of each, in their order."""
    n_columns, n_rows = len(columns), len(columns[0])
    across = np.arange(n_columns * n_rows).reshape(n_columns, n_rows).T.ravel()
    ends = pa.array(np.arange(0, n_columns * n_rows + 1, n_columns), pa.int32())
    return pa.ListArray.from_arrays(ends, pa.concat_arrays(columns).take(pa.array(across)))


def column_of(lists: pa.ChunkedArray, place: int) -> pa.ChunkedArray:
    """The values in one place, from 0, of lists that all have it."""
    return pc.list_element(lists, place)
