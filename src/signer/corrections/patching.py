"""Puts corrected values into batches of shots, and leaves withdrawn shots out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from signer.tables.batches import Batches
from signer.tables.digests import Digester, SortedDigests, open_digester

__all__ = ["patched"]

Ints = npt.NDArray[np.int64]


def patched(batches: Batches, patches: pa.Table) -> Batches:
    """The same batches but for the shots that `patches` names."""
    if not len(patches):
        return batches
    patch = patches.combine_chunks().to_batches()[0]

    def corrected(columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        asked = list(columns) if "shot_id" in columns else ["shot_id", *columns]
        with open_digester() as digester:
            lookup = SortedDigests(digester(patch.column("shot_id").cast(pa.binary())))
            for batch in batches(asked):
                yield _patched(batch, patch, lookup, digester).select(list(columns))

    return corrected


def _patched(
    batch: pa.RecordBatch, patch: pa.RecordBatch, lookup: SortedDigests, digester: Digester
) -> pa.RecordBatch:
    rows, by = _found(batch.column("shot_id"), patch.column("shot_id"), lookup, digester)
    if not len(rows):
        return batch
    arrays = [
        _changed(column, rows, patch.column(name).take(pa.array(by)))
        if name in patch.schema.names[1:-1]
        else column
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
    ]
    changed = pa.RecordBatch.from_arrays(arrays, schema=batch.schema)
    gone = rows[patch.column("withdrawn").to_numpy(zero_copy_only=False)[by]]
    if not len(gone):
        return changed
    stays = np.ones(len(batch), bool)
    stays[gone] = False
    return changed.filter(pa.array(stays))


def _found(
    shot_ids: pa.Array, wanted: pa.Array, lookup: SortedDigests, digester: Digester
) -> tuple[Ints, Ints]:
    """Rows of the batch, and for each the row of the patches that is its."""
    raw = shot_ids.cast(pa.binary())
    by, rows = lookup.find(digester(raw))
    equal = pc.equal(raw.take(pa.array(rows)), wanted.cast(pa.binary()).take(pa.array(by)))
    same = equal.fill_null(False).to_numpy(zero_copy_only=False)
    return rows[same], by[same]


def _changed(column: pa.Array, rows: Ints, values: pa.Array) -> pa.Array:
    """The column with those of the values in the rows that are not null."""
    given = values.is_valid().to_numpy(zero_copy_only=False)
    if not given.any():
        return column
    source = np.arange(len(column))
    source[rows[given]] = len(column) + np.flatnonzero(given)
    return pa.concat_arrays([column, values]).take(pa.array(source))
