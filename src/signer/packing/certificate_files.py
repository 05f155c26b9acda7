"""Opens the tables of certificates that `signer issue` wrote, and reads columns of them batch by batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as kinds

from signer.errors import InputUnreadable
from signer.records.schemas import CERTIFICATES

__all__ = ["CARRIED", "CertificateFile", "open_certificates", "read_batches"]

CARRIED = pa.schema(
    [
        CERTIFICATES.field(name)
        for name in (
            "uvci", "shot_id", "province", "district", "facility", "dose_number", "doses_in_series",
            "iat", "exp", "hc1",
        )
    ]
)  # fmt: skip
"""The columns that packing needs; others may stand beside them, pictures among them."""

BATCH_ROWS = 65_536


@dataclass(frozen=True)
class CertificateFile:
    """A readable table of certificates; `first_row` counts over all files of a run.

    `identity` tells the file from another that takes its place.
    """

    path: Path
    first_row: int
    group_rows: tuple[int, ...]
    identity: tuple[int, ...]

    @property
    def n_rows(self) -> int:
        return sum(self.group_rows)


def open_certificates(given: Iterable[Path]) -> list[CertificateFile]:
    """Looks at all tables of what was given: Parquet files, folders of them, output folders of a run.

    Raises InputUnreadable, naming the file, where one is no whole table of certificates.
    """
    opened: list[CertificateFile] = []
    first_row = 0
    for path in _files_of(given):
        file = _open(path, first_row)
        opened.append(file)
        first_row += file.n_rows
    return opened


def _files_of(given: Iterable[Path]) -> Iterator[Path]:
    for path in given:
        if not path.is_dir():
            yield path
            continue
        if path.absolute().name.endswith(".incomplete"):
            raise InputUnreadable(
                f"{path}: belongs to a run that has not ended well; wait for it, or run it anew"
            )
        folder = path / "certificates" if (path / "certificates").is_dir() else path
        files = sorted(folder.glob("*.parquet"))
        if not files:
            raise InputUnreadable(f"{folder}: holds no Parquet files; name what signer issue --out has made")
        yield from files


def _open(path: Path, first_row: int) -> CertificateFile:
    try:
        identity = _identity_of(path)
        with pq.ParquetFile(path) as file:
            schema, metadata = file.schema_arrow, file.metadata
            group_rows = tuple(metadata.row_group(group).num_rows for group in range(metadata.num_row_groups))
    except FileNotFoundError as error:
        raise InputUnreadable(f"{path}: no such file; check the path") from error
    except (OSError, pa.ArrowException) as error:
        cause = (getattr(error, "strerror", None) or str(error) or type(error).__name__).splitlines()[0][:120]
        raise InputUnreadable(f"{path}: not a whole Parquet file ({cause}); copy it again") from error
    _check_columns(path, schema)
    return CertificateFile(path, first_row, group_rows, identity)


def _identity_of(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _check_columns(path: Path, schema: pa.Schema) -> None:
    missing = [name for name in CARRIED.names if name not in schema.names]
    if missing:
        raise InputUnreadable(
            f"{path}: no table of certificates, column {', '.join(missing)} is missing;"
            " name what signer issue --out has made"
        )
    for field in CARRIED:
        if schema.names.count(field.name) > 1:
            raise InputUnreadable(
                f"{path}: column {field.name} stands there more than once; keep one of them"
            )
        found = schema.field(field.name).type
        if not _fits(found, field.type):
            raise InputUnreadable(f"{path}: column {field.name} is {found}, expected {field.type}")


def _fits(found: pa.DataType, expected: pa.DataType) -> bool:
    if kinds.is_dictionary(found):
        return _fits(found.value_type, expected)
    if kinds.is_string(expected):
        return bool(kinds.is_string(found) or kinds.is_large_string(found) or kinds.is_string_view(found))
    if kinds.is_timestamp(expected):
        return bool(kinds.is_timestamp(found) and found.tz is not None)  # without a zone it may be local time
    return bool(kinds.is_integer(found))


def read_batches(
    file: CertificateFile, columns: Sequence[str], groups: Iterable[int] | None = None
) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Batches of some of the CARRIED columns, in those types, each with its first row over all files.

    `groups` are the row groups to read, ascending; all by default. Raises InputUnreadable with the file where
    it is damaged or was exchanged since it was opened.
    """
    wanted = range(len(file.group_rows)) if groups is None else groups
    try:
        _check_identity(file)
        with pq.ParquetFile(file.path, pre_buffer=False) as parquet:
            for group in wanted:
                row = file.first_row + sum(file.group_rows[:group])
                for batch in parquet.iter_batches(BATCH_ROWS, [group], list(columns)):
                    yield row, _carried(batch, columns)
                    row += len(batch)
        _check_identity(file)
    except (OSError, pa.ArrowException, KeyError, IndexError) as error:
        raise InputUnreadable(
            f"{file.path}: damaged, its certificates cannot be read; copy it again"
        ) from error


def _check_identity(file: CertificateFile) -> None:
    if _identity_of(file.path) != file.identity:
        raise InputUnreadable(f"{file.path}: was changed or exchanged during the run; start again")


def _carried(batch: pa.RecordBatch, columns: Sequence[str]) -> pa.RecordBatch:
    schema = pa.schema([CARRIED.field(name) for name in columns])
    converted = pa.RecordBatch.from_arrays(
        [_converted(batch.column(field.name), field.type) for field in schema], schema=schema
    )
    converted.validate(full=True)  # Parquet does not promise that text is UTF-8
    return converted


def _converted(column: pa.Array, expected: pa.DataType) -> pa.Array:
    if kinds.is_dictionary(column.type):
        column = column.dictionary_decode()
    # Finer times than microseconds are cut; numbers that do not fit are an error.
    return column.cast(expected, safe=not kinds.is_timestamp(expected))
