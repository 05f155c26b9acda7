"""Rows of text as CSV: every cell in quotes, guarded against formulas, one line a row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from signer.tables.spreadsheet_text import BYTE_ORDER_MARK, guarded

__all__ = ["csv_header", "csv_lines", "text_of"]

LINE_END = "\r\n"


def csv_header(columns: Sequence[str]) -> bytes:
    """The first line, the mark of UTF-8 before it."""
    return (BYTE_ORDER_MARK + ",".join(f'"{name}"' for name in columns) + LINE_END).encode()


def csv_lines(batch: pa.RecordBatch, n_empty: int) -> pa.Array:
    """A line a row, with its end: the columns, text without nulls or breaks, and empty cells behind them."""
    cells = [_cell(column) for column in batch.columns]
    inner = pc.binary_join_element_wise(*cells, '","')
    return pc.binary_join_element_wise('"', inner, '"' + ',""' * n_empty + LINE_END, "")


def text_of(lines: pa.StringArray) -> memoryview:
    """The bytes of all lines, one behind the other; of an array without nulls."""
    _, ends, text = lines.buffers()
    first, last = np.frombuffer(ends, np.int32)[[lines.offset, lines.offset + len(lines)]]
    return memoryview(text or b"")[first:last]


def _cell(texts: pa.Array) -> pa.Array:
    return pc.replace_substring(guarded(texts), '"', '""')
