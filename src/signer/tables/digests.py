"""Looks texts up among millions by digests of 64 bits: what is found is still to be compared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["Digester", "SortedDigests", "open_digester"]


class Digester:
    """Gives the digests of texts: DuckDB's hash, which is of no use outside of this process."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def __call__(self, texts: pa.Array) -> npt.NDArray[np.uint64]:
        """One for each of these binary values, in their order."""
        batch = pa.record_batch({"text": texts})
        self._connection.register("texts", pa.RecordBatchReader.from_batches(batch.schema, [batch]))
        columns = self._connection.execute("SELECT hash(text) AS digest FROM texts").fetchnumpy()
        return np.asarray(columns["digest"], np.uint64)


@contextmanager
def open_digester() -> Iterator[Digester]:
    """Starts threads: do not fork then."""
    with duckdb.connect(":memory:", config={"threads": "1"}) as connection:  # one, to keep the order
        yield Digester(connection)


class SortedDigests:
    """Digests to look others up in: 12 bytes each, 28 while they are being sorted."""

    def __init__(self, digests: npt.NDArray[np.uint64]) -> None:
        order = np.argsort(digests)
        self._digests = digests[order]
        self._order = order.astype(np.int32)

    def find(self, wanted: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Pairs of equal digests, in no order: where they stood among ours, and where among the wanted."""
        theirs = np.argsort(wanted)  # in their order they are found in a tenth of the time
        at = np.searchsorted(self._digests, wanted[theirs])
        ours: list[npt.NDArray[np.int64]] = []
        found: list[npt.NDArray[np.int64]] = []
        while True:  # once, and again for digests that are equal though their texts are not
            inside = at < len(self._digests)
            at, theirs = at[inside], theirs[inside]
            equal = self._digests[at] == wanted[theirs]
            at, theirs = at[equal], theirs[equal]
            ours.append(self._order[at].astype(np.int64))
            found.append(theirs)
            if not len(at):
                return np.concatenate(ours), np.concatenate(found)
            at = at + 1
