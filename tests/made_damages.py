"""Damages in the middle of Parquet files, whose footers stay whole."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

__all__ = ["overwrite_page"]


def overwrite_page(path: Path, column: str, at: int = 0) -> None:
    """Puts eight other bytes into the first page of a column, `at` bytes behind where its header starts."""
    with pq.ParquetFile(path) as file:
        chunk = file.metadata.row_group(0).column(file.schema_arrow.get_field_index(column))
    start = chunk.dictionary_page_offset or chunk.data_page_offset
    content = bytearray(path.read_bytes())
    content[start + at : start + at + 8] = b"\xff" * 8
    path.chmod(0o600)
    path.write_bytes(content)
