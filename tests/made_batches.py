"""Rows of tests as the tables that cleaning and corrections read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from signer.tables.batches import Batches


def batches_of(rows: Sequence[Mapping[str, Any]], schema: pa.Schema, cut: int = 7) -> Batches:
    """Rows as batches of `cut`; text may be given as bytes."""

    def array(field: pa.Field, part: Sequence[Mapping[str, Any]]) -> pa.Array:
        values = [row[field.name] for row in part]
        if field.type != pa.string():
            return pa.array(values, field.type)
        raw = [value.encode() if isinstance(value, str) else value for value in values]
        return pa.Array.from_buffers(pa.string(), len(raw), pa.array(raw, pa.binary()).buffers())

    def batches(columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        wanted = pa.schema([schema.field(name) for name in columns])
        for start in range(0, len(rows), cut):
            part = rows[start : start + cut]
            yield pa.RecordBatch.from_arrays([array(field, part) for field in wanted], schema=wanted)

    return batches
