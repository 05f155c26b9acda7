"""Changes to one file, for app back ends: Parquet, CSV (RFC 4180) or NDJSON."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from signer.campaign.changes_reading import CHANGES
from signer.durable import naming, new_file
from signer.packing.csv_text import csv_text
from signer.packing.moments import in_iso

__all__ = ["ChangesFormat", "ChangesWriter", "new_changes_file"]

PRIVATE_FILE = 0o600
ChangesFormat = Literal["parquet", "csv", "ndjson"]

REPETITIVE = ("change", "kid", "iat", "exp", "reason", "version")
COMPRESSION = {name: "none" if name in ("person_key", "hc1") else "snappy" for name in CHANGES.names}


class ChangesWriter(Protocol):
    """Takes batches of the schema CHANGES."""

    def write(self, batch: pa.RecordBatch) -> None: ...


@contextmanager
def new_changes_file(path: Path, format_: ChangesFormat) -> Iterator[ChangesWriter]:
    """Gives a writer of a file that gets its name, of mode 0600, when the block ends well.

    Raises DiskFull or StoppedHalfWay, naming the file.
    """
    with naming(path), new_file(path) as temporary:
        temporary.unlink(missing_ok=True)  # of a run that was killed
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        with open(descriptor, "wb") as file, _writer(file, format_) as writer:
            yield writer


def _writer(file: BinaryIO, format_: ChangesFormat) -> AbstractContextManager[ChangesWriter]:
    if format_ == "parquet":
        writer: AbstractContextManager[ChangesWriter] = pq.ParquetWriter(
            file, CHANGES, use_dictionary=list(REPETITIVE), compression=COMPRESSION
        )
        return writer
    return _text_writer(file, CsvLines() if format_ == "csv" else NdjsonLines())


@contextmanager
def _text_writer(file: BinaryIO, lines: TextLines) -> Iterator[ChangesWriter]:
    file.write(lines.header.encode("utf-8"))
    yield _TextFile(file, lines)


class _TextFile:
    def __init__(self, file: BinaryIO, lines: TextLines) -> None:
        self._file, self._lines = file, lines

    def write(self, batch: pa.RecordBatch) -> None:
        self._file.write(self._lines(_in_text(batch)).encode("utf-8"))


class TextLines(Protocol):
    """Rows as text; `header` comes before all of them."""

    header: str

    def __call__(self, columns: Mapping[str, list[object]]) -> str: ...


class CsvLines:
    """Every value in quotes, null as the empty text, as the texts of `signer pack`."""

    header = csv_text({name: [] for name in CHANGES.names})

    def __call__(self, columns: Mapping[str, list[object]]) -> str:
        return csv_text(columns).removeprefix(self.header)


class NdjsonLines:
    """An object a line."""

    header = ""

    def __call__(self, columns: Mapping[str, list[object]]) -> str:
        rows = zip(*columns.values(), strict=True)
        objects = (dict(zip(columns, row, strict=True)) for row in rows)
        return "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in objects)


def _in_text(batch: pa.RecordBatch) -> dict[str, list[object]]:
    """Columns as values of JSON: times in ISO 8601, bytes in hexadecimal digits."""
    columns = in_iso(pa.Table.from_batches([batch]))
    return {
        name: [value.hex() if isinstance(value, bytes) else value for value in values]
        for name, values in columns.items()
    }
