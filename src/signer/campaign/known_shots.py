"""Finds the rows of a run whose shot stands in the registry already, out of core."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from signer import sources
from signer.campaign.issue_parts import IssuePart
from signer.errors import RegistryUnreadable
from signer.tables.columns import converted
from signer.tables.files import READ_BUFFER_BYTES, read_groups
from signer.tables.out_of_core import Stream, open_database
from signer.tables.repeats import Room

__all__ = ["KnownRows", "KnownShots", "find_known_shots"]

# Binary, because DuckDB would end the query at text that is not UTF-8.
IDS = pa.schema([("row", pa.int64()), ("shot_id", pa.binary())])
ISSUED = pa.schema(
    [("shot_id", pa.binary()), ("uvci", pa.binary()), ("iat", pa.int64()), ("file", pa.int32())]
)
MEMORY_LIMIT = "150MB"  # DuckDB takes twice that: with more the process would come to 500 MB

# One after the other, as each of the three would take its share of the memory at the same time.
MATCHES = """
    CREATE TEMP TABLE matches AS SELECT row, uvci, iat, file FROM {larger} JOIN {smaller} USING (shot_id)
"""
LATEST = """
    CREATE TEMP TABLE latest AS SELECT row, uvci FROM (
        SELECT row, uvci, row_number() OVER (PARTITION BY row ORDER BY iat DESC, file DESC) AS nth
        FROM matches
    ) WHERE nth = 1
"""
IN_ORDER = """
    COPY (SELECT row, uvci FROM latest ORDER BY row) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 100000)
"""


@dataclass(frozen=True)
class KnownRows:
    """Rows of a part, from 0 and ascending, whose shots were issued before, and the UVCIs they have since."""

    rows: npt.NDArray[np.int64]
    uvcis: pa.StringArray

    def within(self, first: int, n_rows: int) -> KnownRows:
        """Those of a batch of the part, counted from the batch's first row."""
        begin, end = np.searchsorted(self.rows, [first, first + n_rows])
        return KnownRows(self.rows[begin:end] - first, self.uvcis[begin:end])


@dataclass(frozen=True)
class KnownShots:
    """All known rows of a run: a Parquet file with `row`, over all inputs and ascending, and `uvci`.

    None where nothing is known. Goes to workers, which each read what they need.
    """

    path: Path | None

    def of(self, part: IssuePart) -> KnownRows:
        """The known rows of a part but for those that repeat an earlier shot_id of the same run."""
        known = self._read(part.first_row, part.n_rows)
        rows = known.column("row").to_numpy() - part.first_row
        inside = (rows >= 0) & (rows < part.n_rows) & ~np.isin(rows, part.duplicates)
        uvcis = known.column("uvci").combine_chunks().filter(pa.array(inside))
        return KnownRows(rows[inside], uvcis.cast(pa.string()))

    def _read(self, first_row: int, n_rows: int) -> pa.Table:
        if self.path is None:
            return NOTHING
        with pq.ParquetFile(self.path) as file:
            ranges = [file.metadata.row_group(n).column(0).statistics for n in range(file.num_row_groups)]
            groups = [
                n
                for n, found in enumerate(ranges)
                if found.min < first_row + n_rows and found.max >= first_row
            ]
            return file.read_row_groups(groups, use_threads=False)


NOTHING = pa.table({"row": pa.array([], pa.int64()), "uvci": pa.array([], pa.binary())})


def find_known_shots(
    opened: Sequence[sources.Source],
    issued: Sequence[Path],
    out: Path,
    *,
    temp_directory: Path,
    memory_limit: str = MEMORY_LIMIT,
    threads: int | None = None,
) -> KnownShots:
    """Finds the rows of the sources whose shot_id stands in one of the certificates files `issued`.

    These are Parquet files with columns shot_id, uvci and iat, in the order in which they were committed:
    where a shot_id has several certificates, the one with the latest iat counts, and of equals the one in the
    last file. Leave out the files of the plan itself: then a run that is resumed finds the same as one that
    was not disturbed. What is found is written to `out`. Starts threads: do not fork afterwards. Raises
    InputUnreadable or RegistryUnreadable, naming the file, where one is damaged, and StoppedHalfWay where
    memory and disk do not suffice.
    """
    ids, certificates = _stream_of_ids(opened), _stream_of_certificates(issued)
    if not ids.n_rows or not certificates.n_rows:
        return KnownShots(None)
    # The smaller side is the one to be kept in memory; DuckDB cannot know which that is of two streams.
    names = ("ids", "issued") if ids.n_rows > certificates.n_rows else ("issued", "ids")
    room = Room(memory_limit, temp_directory, threads or os.cpu_count() or 1)
    with open_database("finding the shots that were issued before", room, [ids, certificates]) as database:
        database.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        database.register("ids", ids.reader())
        database.register("issued", certificates.reader())
        database.execute(MATCHES.format(larger=names[0], smaller=names[1]))
        database.execute(LATEST)
        database.execute("DROP TABLE matches")
        database.execute(IN_ORDER.format(path=str(out).replace("'", "''")))
    return KnownShots(out)


def _stream_of_ids(opened: Sequence[sources.Source]) -> Stream:
    def batches() -> Iterator[pa.RecordBatch]:
        for rows, shot_ids in sources.shot_ids(opened):
            columns = [pa.array(rows), converted(shot_ids, pa.binary())]
            yield pa.RecordBatch.from_arrays(columns, schema=IDS)

    return Stream(IDS, batches(), sum(source.n_rows for source in opened))


def _stream_of_certificates(paths: Sequence[Path]) -> Stream:
    def batches() -> Iterator[pa.RecordBatch]:
        for number, path in enumerate(paths):
            try:
                yield from _certificates_of(path, number)
            except (OSError, pa.ArrowException, KeyError) as error:
                raise _damaged(path) from error

    return Stream(ISSUED, batches(), sum(_n_rows(path) for path in paths))


def _certificates_of(path: Path, number: int) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path, buffer_size=READ_BUFFER_BYTES, pre_buffer=False) as parquet:
        for batch in read_groups(parquet, range(parquet.num_row_groups), ["shot_id", "uvci", "iat"]):
            columns = [
                converted(batch.column("shot_id"), pa.binary()),
                converted(batch.column("uvci"), pa.binary()),
                batch.column("iat").cast(pa.int64()),
                pa.repeat(pa.scalar(number, pa.int32()), len(batch)),
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=ISSUED)


def _n_rows(path: Path) -> int:
    try:
        return int(pq.read_metadata(path).num_rows)
    except (OSError, pa.ArrowException) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> RegistryUnreadable:
    return RegistryUnreadable(f"{path}: damaged, its certificates cannot be read; put it back from a copy")
