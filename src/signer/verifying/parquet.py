"""HC1 texts from Parquet, streamed, where the footer says of its rows what can be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from signer.errors import InputUnreadable
from signer.regular import open_regular
from signer.verifying.code import Code
from signer.verifying.rows import COLUMN

__all__ = ["codes_of_parquet", "open_parquet"]

BATCH_ROWS: Final = 4096
MAX_ROWS_A_BYTE: Final = 1000
"""Of the file. Nothing but nulls, the densest there is, takes a byte for some 500 rows from pyarrow."""
MAX_ROWS_OF_GROUP: Final = 1 << 26
"""Pyarrow's greatest default ever; others make some 100,000 to a million."""
_BINARY: Final = pa.large_binary()


def codes_of_parquet(path: Path) -> Iterator[Code]:
    """Gives the codes of a Parquet file, one a row; a null is an empty text. Raises as `open_parquet`."""
    with open_parquet(path) as table:
        row = 0
        for batch in table.iter_batches(batch_size=BATCH_ROWS, columns=[COLUMN]):
            for text in batch.column(0).cast(_BINARY).to_pylist():  # what is no UTF-8 must not end the file
                row += 1
                yield Code((text or b"").decode("utf-8", errors="replace"), str(path), row)
        if row != table.metadata.num_rows:  # pyarrow ends without an error where the pages hold too little
            raise pa.ArrowInvalid(f"{table.metadata.num_rows} rows are named, and {row} are there")


def open_parquet(path: Path) -> pq.ParquetFile:
    """A Parquet file with a column hc1 of text, whose numbers of rows agree.

    Raises OSError where it cannot be opened, pyarrow.ArrowException where it is damaged, InputUnreadable
    without such a column.
    """
    with open_regular(path) as file:
        n_bytes = file.seek(0, 2)
    try:
        table = pq.ParquetFile(path, pre_buffer=False)
    except OSError as error:  # of a footer that pyarrow cannot take apart
        raise pa.ArrowInvalid(str(error)) from error
    if table.schema_arrow.names.count(COLUMN) != 1:
        raise InputUnreadable(f"{path} has no column {COLUMN}, or several")
    kind = table.schema_arrow.field(COLUMN).type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        raise InputUnreadable(f"the column {COLUMN} of {path} holds {kind} instead of text")
    _require_possible_rows(table.metadata, n_bytes)
    return table


def _require_possible_rows(metadata: pq.FileMetaData, n_bytes: int) -> None:
    """Raises pyarrow.ArrowInvalid where the footer contradicts itself or names more rows than can be.

    Pyarrow believes each number where it uses it, so that a group that names too few loses its others.
    """
    if metadata.num_rows > n_bytes * MAX_ROWS_A_BYTE:
        raise pa.ArrowInvalid(f"the footer names {metadata.num_rows} rows in {n_bytes} bytes")
    place = [metadata.schema.column(at).path for at in range(metadata.num_columns)].index(COLUMN)
    n_rows = 0
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        if group.num_columns != metadata.num_columns:
            raise pa.ArrowInvalid(f"row group {number + 1} has {group.num_columns} columns")
        n_values = group.column(place).num_values  # the column is flat: a value a row, nulls too
        if not 0 <= group.num_rows <= MAX_ROWS_OF_GROUP or n_values != group.num_rows:
            raise pa.ArrowInvalid(
                f"row group {number + 1} has {group.num_rows} rows and {n_values} values of {COLUMN}"
            )
        n_rows += group.num_rows
    if n_rows != metadata.num_rows:
        raise pa.ArrowInvalid(f"the footer names {metadata.num_rows} rows, and its row groups {n_rows}")
