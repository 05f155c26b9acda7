"""Writes the rows of one facility as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa

from signer.corrections.csv_text import csv_header, csv_lines
from signer.corrections.refused_rows import Facility
from signer.corrections.sheet_columns import COLUMNS, FILL_IN

__all__ = ["write_csv"]


def write_csv(file: BinaryIO, _facility: Facility, batches: Iterator[pa.RecordBatch]) -> None:
    """A line a shot below the names of the columns; nothing else, so that it stays a plain table."""
    file.write(csv_header(COLUMNS))
    for batch in batches:
        lines = csv_lines(batch, len(FILL_IN))
        file.write(b"".join(line.as_buffer() for line in lines))
