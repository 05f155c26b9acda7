"""Brings certificates that lie anywhere in the input together by bucket: a counting sort through files.

Every row's place in packed order is known from the counts of the groups, so the input is read once, from
front to back, and each row goes to its bucket's file. The worker that reads the file puts its rows in order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signer.errors import StoppedHalfWay
from signer.packing.certificate_files import CARRIED, CertificateFile, read_batches
from signer.packing.choosing import NOT_CHOSEN, Choice
from signer.packing.shards import Bucket
from signer.packing.shot_facts import SHOT_FACTS, FactsOf

__all__ = ["PACKED", "bucket_path", "gather", "scatter"]

PACKED = pa.schema([*CARRIED, *SHOT_FACTS])
"""What is known of a certificate when it is packed."""

SCATTERED = PACKED.append(pa.field("place", pa.int64()))
"""`place` is the row's number in packed order."""


def bucket_path(folder: Path, bucket: Bucket) -> Path:
    """The file of a bucket: Arrow IPC messages of the SCATTERED schema, one after the other."""
    return folder / f"bucket-{bucket.number:06d}"


def scatter(
    files: Sequence[CertificateFile],
    choice: Choice,
    buckets: Sequence[Bucket],
    folder: Path,
    facts_of: FactsOf,
) -> None:
    """Writes the selected rows, with the facts of their shots, to the buckets' files in `folder`.

    Raises InputUnreadable where a file is damaged, and OSError where the disk does not hold them.
    """
    places = _Places(choice)
    starts = np.array([bucket.first for bucket in buckets], np.int64)
    for file in files:
        for row, batch in read_batches(file, CARRIED.names, choice.row_groups(file)):
            order, place = places.of(choice.group_of_row[row : row + len(batch)])
            chosen = np.sort(order)
            facts = facts_of(row + chosen).take(pa.array(np.searchsorted(chosen, order)))
            rows = _scattered(batch.take(pa.array(order)), facts, place)
            number_of_row = np.searchsorted(starts, place, side="right") - 1
            for number, first, n_rows in _runs(number_of_row):
                _append(bucket_path(folder, buckets[number]), rows.slice(first, n_rows))


class _Places:
    """Hands out places in packed order: those of a group to its rows as they come."""

    def __init__(self, choice: Choice) -> None:
        counts = np.array(choice.counts, np.int64)
        self._next = np.cumsum(counts) - counts

    def of(self, group_of_row: npt.NDArray[np.int32]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The chosen rows by ascending place, and the place of each."""
        chosen = np.flatnonzero(group_of_row != NOT_CHOSEN)
        order = chosen[np.argsort(group_of_row[chosen], kind="stable")]
        groups, firsts, counts = np.unique(group_of_row[order], return_index=True, return_counts=True)
        places = np.repeat(self._next[groups] - firsts, counts) + np.arange(len(order))
        self._next[groups] += counts
        return order, places


def _scattered(rows: pa.RecordBatch, facts: pa.RecordBatch, place: npt.NDArray[np.int64]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([*rows.columns, *facts.columns, pa.array(place)], schema=SCATTERED)


def _runs(numbers: npt.NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """Number, first row and length of each run of equal numbers."""
    different, firsts, lengths = np.unique(numbers, return_index=True, return_counts=True)
    yield from zip(different.tolist(), firsts.tolist(), lengths.tolist(), strict=True)


def _append(path: Path, rows: pa.RecordBatch) -> None:
    with path.open("ab") as file:  # opened each time: there may be more buckets than a process has files
        file.write(rows.serialize())


def gather(bucket: Bucket, folder: Path) -> pa.Table:
    """The rows of a bucket in packed order, in the PACKED schema, in one chunk.

    Raises StoppedHalfWay where they cannot be read, or are not exactly the bucket's.
    """
    path = bucket_path(folder, bucket)
    try:
        with pa.OSFile(str(path)) as file:
            rows = pa.Table.from_batches(_messages(file), SCATTERED).combine_chunks()
    except (OSError, pa.ArrowException) as error:
        raise StoppedHalfWay(
            f"{path}: {bucket} cannot be read back; look for mistakes of the disk"
        ) from error
    places = rows.column("place").to_numpy()
    order = np.argsort(places)
    if not np.array_equal(places[order], np.arange(bucket.first, bucket.first + bucket.n_rows)):
        raise StoppedHalfWay(f"{path}: some certificates of {bucket} were lost; please report this mistake")
    return rows.select(PACKED.names).take(pa.array(order)).combine_chunks()


def _messages(file: pa.NativeFile) -> Iterator[pa.RecordBatch]:
    reader = pa.ipc.MessageReader.open_stream(file)
    while True:
        try:
            yield pa.ipc.read_record_batch(reader.read_next_message(), SCATTERED)
        except StopIteration:
            return
