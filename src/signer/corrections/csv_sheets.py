"""Correction files in CSV: the names of the columns and a line a shot, so that each stays a plain table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa

from signer.corrections.csv_text import csv_header, csv_lines, text_of
from signer.corrections.refused_rows import Facility
from signer.corrections.sheet_columns import COLUMNS, FILL_IN
from signer.corrections.sheet_format import Format

__all__ = ["CSV"]


def _lines(batch: pa.RecordBatch) -> pa.RecordBatch:
    return pa.record_batch({"line": csv_lines(batch, len(FILL_IN))})


def _write(file: BinaryIO, _facility: Facility, batches: Iterator[pa.RecordBatch]) -> None:
    file.write(csv_header(COLUMNS))
    for batch in batches:
        file.write(text_of(batch.column("line")))


CSV = Format(_lines, _write)
