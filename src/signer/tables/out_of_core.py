"""Databases for one question over tables larger than memory: what does not fit goes to a folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa

from signer.durable import naming
from signer.errors import DiskFull, SignerError, StoppedHalfWay
from signer.tables.read_ahead import ahead

__all__ = ["NO_SPACE", "Room", "Stream", "open_database"]


@dataclass(frozen=True)
class Room:
    """What a question may take. `memory_limit` is DuckDB's ("1GB"); the rest goes to `temp_directory`.

    The process takes some hundred MB more: 250 were seen beside 150 MB, 600 beside 4 GB.
    """

    memory_limit: str
    temp_directory: Path
    threads: int


NO_SPACE = "No space left on device"
INTERRUPTED = "Query interrupted"  # what DuckDB makes of a Ctrl-C


class Stream:
    """Batches of a schema for DuckDB to pull.

    An error of ours that ends them is kept in `fault`, as DuckDB hands on its text alone.
    """

    def __init__(self, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> None:
        self._schema = schema
        self._batches = batches
        self.fault: SignerError | None = None

    def reader(self) -> pa.RecordBatchReader:
        """The batches, once."""
        return pa.RecordBatchReader.from_batches(self._schema, self._noting_faults())

    def _noting_faults(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from ahead(self._batches)
        except SignerError as error:
            self.fault = error
            raise


def _connected(room: Room, folder: str) -> duckdb.DuckDBPyConnection:
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": room.memory_limit,
        "temp_directory": folder,
        "threads": str(room.threads),
        "preserve_insertion_order": "false",
    }
    connection = duckdb.connect(":memory:", config=settings)
    connection.execute("SET enable_progress_bar = false")  # DuckDB draws its own on a terminal
    return connection


@contextmanager
def open_database(task: str, room: Room, streams: Sequence[Stream]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Gives a connection for a task, named as in "finding repeated keys". Starts threads: do not fork then.

    It spills to a folder of its own in the room's, as all databases name their files alike. Raises the fault
    of a stream rather than what DuckDB makes of it, and StoppedHalfWay where memory and disk do not suffice.
    """
    try:
        with naming(room.temp_directory):
            spill = TemporaryDirectory(dir=room.temp_directory)
        with spill as folder, _connected(room, folder) as connection:
            yield connection
    except RuntimeError as error:
        if str(error) == INTERRUPTED:
            raise KeyboardInterrupt from error
        raise
    except (duckdb.Error, OSError) as error:  # an OSError out of batches that are read one by one
        for stream in streams:
            if stream.fault is not None:
                raise stream.fault from None
        if isinstance(error, duckdb.OutOfMemoryException | duckdb.IOException):
            kind = DiskFull if NO_SPACE in str(error) else StoppedHalfWay
            raise kind(
                f"{task} needs more than {room.memory_limit} of memory and the room in {room.temp_directory}"
            ) from error
        raise
