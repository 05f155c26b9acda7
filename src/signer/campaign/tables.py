"""How the tables of a run are laid out in Parquet, so that writing costs little and files are small."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from signer.durable import naming
from signer.records.pictures import PictureOptions
from signer.records.schemas import CERTIFICATES, REFUSED, REVOCATIONS, certificates_schema, registered_schema

__all__ = [
    "CERTIFICATES_TABLE",
    "MOST_ROWS",
    "REFUSED_TABLE",
    "REVOCATIONS_TABLE",
    "Table",
    "TableFile",
    "certificates_table",
    "open_table_file",
]

MOST_ROWS = 1 << 16
"""Of a row group; filters are for so many values, and are made smaller where there are fewer."""


@dataclass(frozen=True)
class Table:
    """A table's folder, schema and layout.

    `repetitive` columns get a dictionary, and `random` ones are not compressed. By the minimum and maximum of
    `ranged` columns, and the Bloom filter of `sought` ones, a reader can skip row groups; a filter takes a
    reader for a row group in vain once in a hundred times.
    """

    folder: str
    schema: pa.Schema
    repetitive: Sequence[str]
    random: Sequence[str]
    ranged: Sequence[str]
    sought: Sequence[str] = ()

    @property
    def writer_options(self) -> dict[str, Any]:
        """The layout in the terms of pyarrow's writer."""
        return {
            "compression": {name: "none" if name in self.random else "snappy" for name in self.schema.names},
            "use_dictionary": list(self.repetitive),
            "write_statistics": list(self.ranged),
            "bloom_filter_options": {name: {"ndv": MOST_ROWS, "fpp": 0.01} for name in self.sought},
        }


CERTIFICATES_TABLE = Table(
    folder="certificates",
    schema=CERTIFICATES,
    repetitive=(
        "province", "district", "facility", "vaccine", "dose_number", "doses_in_series",
        "kid", "iat", "exp", "campaign", "part",
    ),
    random=("person_key", "hc1", "signature_hash"),
    ranged=("shot_id", "province", "iat", "exp", "part"),
    sought=("shot_id",),
)  # fmt: skip


def certificates_table(pictures: PictureOptions | None, registered: bool) -> Table:
    """CERTIFICATES_TABLE with the columns of a registry, and behind them pictures, where there are any."""
    schema = (registered_schema if registered else certificates_schema)(pictures)
    is_packed = pictures is not None and pictures.format != "svg"  # as short as they can be
    random = (
        (*CERTIFICATES_TABLE.random, pictures.column) if pictures and is_packed else CERTIFICATES_TABLE.random
    )
    ranged = CERTIFICATES_TABLE.ranged
    if registered:
        ranged = (*ranged, "supersedes")  # its null count tells `signer status` how many were superseded
    return replace(CERTIFICATES_TABLE, schema=schema, random=random, ranged=ranged)


REFUSED_TABLE = Table(
    folder="refused",
    schema=REFUSED,
    repetitive=("stage", "reason", "field", "province", "district", "facility", "campaign"),
    random=(),
    ranged=("shot_id", "row", "province"),
)

REVOCATIONS_TABLE = Table(
    folder="revocations",
    schema=REVOCATIONS,
    repetitive=("kid", "exp", "action", "reason", "ordered_by", "ordered_at", "campaign"),
    random=("signature_hash",),
    ranged=("ordered_at",),
)


class TableFile:
    """One Parquet file being written; its row groups, and so its bytes, depend on the batches alone."""

    def __init__(self, path: Path, writer: pq.ParquetWriter, n_together: int) -> None:
        self._path = path
        self._writer = writer
        self._n_together = n_together
        self._batches: list[pa.RecordBatch] = []
        self._n_rows = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Raises StoppedHalfWay, naming the file, where the disk is full or fails."""
        if self._n_rows + batch.num_rows > self._n_together:
            self.end_group()
        if batch.num_rows:
            self._batches.append(batch)
            self._n_rows += batch.num_rows

    def end_group(self) -> None:
        """Writes what has been gathered. Raises as `write`."""
        if self._n_rows:
            with naming(self._path):
                self._writer.write_table(pa.Table.from_batches(self._batches), row_group_size=self._n_rows)
        self._batches, self._n_rows = [], 0


@contextmanager
def open_table_file(table: Table, path: Path, n_together: int = 1) -> Iterator[TableFile]:
    """Writes a file at `path`, which is whole when the block has ended well, and durable once it is synced.

    Batches make a row group each, and small ones one of up to `n_together` rows. Raises DiskFull or
    StoppedHalfWay, naming the file, where the disk is full or fails.
    """
    with naming(path), pq.ParquetWriter(str(path), table.schema, **table.writer_options) as writer:
        file = TableFile(path, writer, n_together)
        yield file
        file.end_group()
