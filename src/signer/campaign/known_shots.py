"""Finds the rows of a run whose shot stands in the registry already, out of core.

The registry is read once against the digests of the run's shot_ids. What has an equal digest is put down in
files by its row in the run, and in the end held against the shot_ids themselves.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from signer import durable, sources
from signer.campaign.row_list import RowList, write_row_list
from signer.campaign.scattered_rows import ROWS_PER_RANGE, ScatteredRows
from signer.errors import RegistryUnreadable
from signer.sources.duplicates import are_distinct
from signer.tables.columns import converted
from signer.tables.digests import Digester, SortedDigests, open_digester
from signer.tables.files import READ_BUFFER_BYTES, read_groups

__all__ = ["find_known_shots"]

# Binary, because the inputs' texts may not be UTF-8.
READ = pa.schema([("shot_id", pa.binary()), ("uvci", pa.binary()), ("supersedes", pa.binary())])
ISSUED = READ.append(pa.field("is_newer", pa.bool_()))
NO_UVCIS = pa.array([], pa.binary())
ROWS_PER_LOOKUP = 5 << 20  # the registry is read once for each so many: they take 200 MB
CERTIFICATES_PER_BATCH = 1 << 18  # the more, the faster each is looked up


def find_known_shots(
    opened: Sequence[sources.Source],
    duplicates: npt.NDArray[np.int64],
    issued: Sequence[Path],
    out: Path,
    *,
    n_before: int,
    revoked: pa.Array = NO_UVCIS,
    temp_directory: Path,
) -> RowList:
    """Finds the rows of the sources whose shot_id stands in one of the certificates files `issued`.

    These are Parquet files with columns shot_id, uvci and supersedes, in the order in which they were
    committed; the last certificate of a shot_id counts. Leave out the files of the plan itself: then a run
    that is resumed finds the same as one that was not disturbed. Leave out renewals, too: a certificate that
    was signed anew meanwhile is no newer one of its shot. Rows that repeat an earlier shot_id,
    `duplicates` (ascending), are not looked for.

    What is found is written to `out`: `uvci`, null where it stands behind the first `n_before` files, as an
    old plan that is gone on with must not undo what is newer; `supersedes`, what that one replaced; and
    `is_revoked`, whether it is among the UVCIs `revoked` (binary).

    Starts threads: do not fork afterwards. Raises InputUnreadable or RegistryUnreadable, naming the file,
    where one is damaged, and DiskFull or StoppedHalfWay where the disk does not suffice.
    """
    if not issued:
        return RowList(None)
    with (
        durable.naming(temp_directory),
        tempfile.TemporaryDirectory(prefix="known-", dir=temp_directory) as folder,
        open_digester() as digester,
    ):
        candidates = ScatteredRows(Path(folder), ISSUED)
        for rows, digests in _lookups(opened, duplicates, digester):
            for batch in _certificates(issued, n_before):
                ours, theirs = digests.find(digester(batch.column("shot_id")))
                candidates.add(rows[ours], batch, theirs)
        return write_row_list(out, _verified(candidates, opened, revoked))


def _lookups(
    opened: Sequence[sources.Source], duplicates: npt.NDArray[np.int64], digester: Digester
) -> Iterator[tuple[npt.NDArray[np.int64], SortedDigests]]:
    """Rows to be looked for, and the digests of their shot_ids."""
    rows: list[npt.NDArray[np.int64]] = []
    digests: list[npt.NDArray[np.uint64]] = []
    for rows_of_batch, ids in _ids(opened):
        asked = are_distinct(rows_of_batch, ids, duplicates)
        rows.append(rows_of_batch[asked])
        digests.append(digester(ids.filter(pa.array(asked))))
        if sum(map(len, rows)) >= ROWS_PER_LOOKUP:
            yield _joined(rows), SortedDigests(_joined(digests))
    if rows:
        yield _joined(rows), SortedDigests(_joined(digests))


def _joined(arrays: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """All in one; the list is emptied, as it takes as much memory."""
    joined = np.concatenate(arrays)
    arrays.clear()
    return joined


def _ids(opened: Sequence[sources.Source]) -> Iterator[tuple[npt.NDArray[np.int64], pa.Array]]:
    for rows, ids in sources.shot_ids(opened):
        yield rows, converted(ids, pa.binary())


def _verified(
    candidates: ScatteredRows, opened: Sequence[sources.Source], revoked: pa.Array
) -> Iterator[pa.Table]:
    """`row`, `uvci`, `supersedes` and `is_revoked` of the candidates that count, range by range."""
    for number, ids in enumerate(_ids_by_range(opened)):
        found = candidates.of_range(number)
        at = found.column("row").to_numpy() - number * ROWS_PER_RANGE
        found = found.filter(pc.equal(found.column("shot_id"), ids.take(pa.array(at))))
        rows = found.column("row").to_numpy()  # ascending, and of equals as they were committed
        is_last = np.append(rows[1:] != rows[:-1], True)[: len(rows)]
        found = found.filter(pa.array(is_last))
        uvcis = pc.if_else(found.column("is_newer"), pa.scalar(None, pa.binary()), found.column("uvci"))
        known = found.select(["row", "supersedes"]).append_column("uvci", uvcis)
        yield known.append_column("is_revoked", pc.is_in(found.column("uvci"), value_set=revoked))


def _ids_by_range(opened: Sequence[sources.Source]) -> Iterator[pa.Array]:
    held = pa.array([], pa.binary())
    for _, ids in _ids(opened):
        held = pa.concat_arrays([held, ids])
        while len(held) >= ROWS_PER_RANGE:
            yield held[:ROWS_PER_RANGE]
            held = held[ROWS_PER_RANGE:]
    yield held


def _certificates(paths: Sequence[Path], n_before: int) -> Iterator[pa.RecordBatch]:
    for number, path in enumerate(paths):
        try:
            with pq.ParquetFile(path, buffer_size=READ_BUFFER_BYTES, pre_buffer=False) as parquet:
                groups = range(parquet.num_row_groups)
                for batch in read_groups(parquet, groups, READ.names, CERTIFICATES_PER_BATCH):
                    columns = [batch.column(field.name).cast(field.type) for field in READ]
                    columns.append(pa.repeat(pa.scalar(number >= n_before), len(batch)))
                    yield pa.RecordBatch.from_arrays(columns, schema=ISSUED)
        except (OSError, pa.ArrowException, KeyError) as error:
            raise RegistryUnreadable(
                f"{path}: damaged, its certificates cannot be read; put it back from a copy"
            ) from error
