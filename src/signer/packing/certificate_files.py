"""Opens the tables of certificates that `signer issue` wrote, and reads columns of them batch by batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from signer.errors import InputUnreadable
from signer.records.schemas import CERTIFICATES
from signer.tables.columns import TableKind, converted
from signer.tables.files import TableFile, check_identity, damaged_rows, open_table, opened, read_groups

__all__ = ["CARRIED", "CertificateFile", "files_of", "open_certificates", "read_batches"]

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

CERTIFICATES_TABLE = TableKind(
    what="certificates",
    columns=CARRIED,
    name_columns="name what signer issue --out has made",
    name_files="name what signer issue --out has made",
    verdict="no table of certificates, ",
    beside=CERTIFICATES.names,
)


@dataclass(frozen=True)
class CertificateFile(TableFile):
    """A readable table of certificates; `first_row` counts over all files of a run."""

    first_row: int


def open_certificates(paths: Iterable[Path]) -> list[CertificateFile]:
    """Looks at all tables.

    Raises InputUnreadable, naming the file, where one is no whole table of certificates.
    """
    files: list[CertificateFile] = []
    first_row = 0
    for path in paths:
        table = open_table(path, str(path), CERTIFICATES_TABLE)
        files.append(CertificateFile(table.path, table.shown_as, table.group_rows, table.identity, first_row))
        first_row += table.n_rows
    return files


def files_of(given: Path) -> list[Path]:
    """The tables of what was given: a Parquet file, a folder of them, the output folder of a run.

    Raises InputUnreadable where there are none, where the run has not ended, and for what lies in the table
    of a registry: only its log tells which of the files count.
    """
    if not given.is_dir():
        _refuse_registered(given, given.parent)
        return [given]
    if given.absolute().name.endswith(".incomplete"):
        raise InputUnreadable(
            f"{given}: belongs to a run that has not ended well; wait for it, or run it anew"
        )
    folder = given / "certificates" if (given / "certificates").is_dir() else given
    _refuse_registered(given, folder)
    files = sorted(folder.glob("*.parquet"))
    if not files:
        raise InputUnreadable(f"{folder}: holds no Parquet files; name what signer issue --out has made")
    return files


def _refuse_registered(given: Path, folder: Path) -> None:
    if (folder / "_delta_log").is_dir():
        raise InputUnreadable(
            f"{given}: belongs to a registry, and may hold what was never committed;"
            f" name the registry, {folder.absolute().parent}"
        )


def read_batches(
    file: CertificateFile, columns: Sequence[str], groups: Iterable[int] | None = None
) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Batches of some of the CARRIED columns, in those types, each with its first row over all files.

    `groups` are the row groups to read, ascending; all by default. Raises InputUnreadable with file and rows
    where it is damaged or was exchanged since it was opened, and with the column where a value does not fit.
    """
    row = last = 0
    try:
        with opened(file) as parquet:
            for group in range(len(file.group_rows)) if groups is None else groups:
                row = sum(file.group_rows[:group])
                last = row + file.group_rows[group] - 1
                for batch in read_groups(parquet, [group], columns):
                    yield file.first_row + row, _carried(file, group, batch, columns)
                    row += len(batch)
        check_identity(file)
    except (OSError, pa.ArrowException) as error:
        raise damaged_rows(file.shown_as, row, last) from error


def _carried(
    file: CertificateFile, group: int, batch: pa.RecordBatch, columns: Sequence[str]
) -> pa.RecordBatch:
    schema = pa.schema([CARRIED.field(name) for name in columns])
    values = []
    for field in schema:
        try:
            values.append(converted(batch.column(field.name), field.type))
            values[-1].validate(full=True)  # Parquet does not promise that text is UTF-8
        except pa.ArrowInvalid as error:
            raise InputUnreadable(
                f"{file.shown_as}: row group {group}, column {field.name} holds what is no {field.type};"
                " pack files as signer issue wrote them"
            ) from error
    return pa.RecordBatch.from_arrays(values, schema=schema)
