"""The population register as it comes, in Parquet or CSV: a register that is not whole is not worked with."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from signer.campaign.clean_tables import PRIVATE_FILE
from signer.durable import naming
from signer.errors import InputUnreadable
from signer.records.schemas import POPULATION
from signer.sources import is_csv
from signer.sources.csv_batches import csv_batches
from signer.tables.columns import TableKind, check_names
from signer.tables.files import TableFile, open_table

__all__ = ["open_population"]

POPULATION_TABLE = TableKind(
    what="persons",
    columns=POPULATION,
    name_columns=f"a population register has the columns {', '.join(POPULATION.names)}",
    name_files="a population register comes as .parquet, .csv or .csv.gz",
)
SEPARATORS = (",", ";", "\t")
UTF_8_MARK = "\ufeff"
LONGEST_HEADER = 65_536
BLOCK_BYTES = 4 << 20


def open_population(path: Path, staging: Path) -> TableFile:
    """Looks at a register, a text one after bringing it into Parquet in `staging`.

    Raises InputUnreadable with file, row and what to do; StoppedHalfWay or DiskFull where the disk does not
    hold it.
    """
    if not is_csv(path) or not path.is_file():  # of a pipe that one says it is no file
        return open_table(path, str(path), POPULATION_TABLE)
    return open_table(_staged(path, staging), str(path), POPULATION_TABLE)


def _staged(path: Path, staging: Path) -> Path:
    names, separator = _header(path)
    check_names(str(path), names, POPULATION_TABLE)
    with naming(staging):
        handle, name = tempfile.mkstemp(prefix="population-", suffix=".parquet", dir=staging)
        os.close(handle)
        os.chmod(name, PRIVATE_FILE)
        with pq.ParquetWriter(name, POPULATION, write_statistics=False) as writer:
            for batch in _rows(path, names, separator):
                writer.write_batch(batch)
    return Path(name)


def _header(path: Path) -> tuple[tuple[str, ...], str]:
    """The names in the first line, and what stands between them."""
    try:
        with pa.input_stream(str(path)) as file:  # takes .gz apart by its name
            start = file.read(LONGEST_HEADER)
        line = start.decode("utf-8", "replace").removeprefix(UTF_8_MARK).splitlines()[0]
    except FileNotFoundError as error:
        raise InputUnreadable(f"{path}: no such file; check the path") from error
    except OSError as error:
        raise InputUnreadable(f"{path}: cannot be read; check whether it is a whole file of yours") from error
    except IndexError as error:
        raise InputUnreadable(f"{path}: empty; {POPULATION_TABLE.name_columns}") from error
    headers = [(tuple(next(csv.reader([line], delimiter=each))), each) for each in SEPARATORS]
    names, separator = max(headers, key=lambda header: len(set(header[0]) & set(POPULATION.names)))
    if not set(names) & set(POPULATION.names):  # a row of data, perhaps: it is not repeated
        raise InputUnreadable(
            f"{path}: no column of a population register; is the first line the header, in UTF-8 and"
            f" separated by comma, semicolon or tab? It must name {', '.join(POPULATION.names)}"
        )
    return names, separator


def _rows(path: Path, names: tuple[str, ...], separator: str) -> Iterator[pa.RecordBatch]:
    broken: list[int] = []

    def note(row: pa_csv.InvalidRow) -> str:
        broken.append(row.number - 2)  # counts from 1, the header among them
        return "skip"

    def opening() -> pa_csv.CSVStreamingReader:
        return pa_csv.open_csv(
            path,
            read_options=pa_csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES),
            parse_options=pa_csv.ParseOptions(delimiter=separator, invalid_row_handler=note),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=POPULATION.names,
                strings_can_be_null=False,
            ),
        )

    n_read = 0
    try:
        for batch in csv_batches(opening, note):
            n_read += len(batch)
            yield batch.cast(POPULATION)
            if broken:
                break
    except (OSError, EOFError, pa.ArrowException) as error:
        if not broken:
            raise InputUnreadable(
                f"{path}: cannot be read on behind row {n_read}: not UTF-8, or damaged; save it as UTF-8"
            ) from error
    if broken:
        raise InputUnreadable(
            f"{path}: row {broken[0]} has more or fewer values than the header has names; mend the file"
        )
