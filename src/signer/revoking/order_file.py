"""A file that says which certificates an order is about: CSV or Parquet with a column of identifiers."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from signer.errors import InputUnreadable
from signer.regular import open_regular
from signer.revoking.identifiers import fault_of, id_of

__all__ = ["ID_COLUMNS", "OrderFile", "read_order_file"]

ID_COLUMNS = ("uvci", "shot_id", "person_id")
SEPARATORS = (",", ";", "\t")
MAGIC = b"PAR1"
LONGEST_HEADER = 65_536


@dataclass(frozen=True)
class OrderFile:
    """`rows` has each identifier of the column `kind` and the row where it stands, from 0 without the header.

    `faults` say which rows hold none, and hold no personal data.
    """

    path: Path
    kind: str
    rows: dict[str, int]
    faults: list[str] = field(default_factory=list)

    def place_of(self, value: str) -> str:
        """Where a value stands, for messages."""
        return f"{self.path}, row {self.rows[value]}"


def read_order_file(path: Path) -> OrderFile:
    """Reads the one column of ID_COLUMNS that the file has; a bad row is told, and costs no other.

    Raises InputUnreadable where the file cannot be read, or has none of the columns or several.
    """
    with _readable(path), open_regular(path) as file:
        is_parquet = file.read(4) == MAGIC
    kind, texts = _of_parquet(path) if is_parquet else _of_csv(path)
    found = OrderFile(path, kind, {})
    for row, text in enumerate(texts):
        value = None if text is None else id_of(kind, text)
        told = "has no value, or too few or too many columns" if value is None else fault_of(kind, value)
        if told:
            found.faults.append(f"{path}, row {row}, field {kind}: {told}")
        elif value is not None:
            found.rows.setdefault(value, row)
    return found


def _of_parquet(path: Path) -> tuple[str, Iterator[str | None]]:
    with _readable(path):
        opened = pq.ParquetFile(path)
    kind = _column(path, opened.schema_arrow.names)
    found = opened.schema_arrow.field(kind).type
    if pa.types.is_dictionary(found):
        found = found.value_type
    if not (pa.types.is_string(found) or pa.types.is_large_string(found) or pa.types.is_string_view(found)):
        raise InputUnreadable(f"{path}: column {kind} is {found}; write it as text")
    return kind, _parquet_texts(path, opened, kind)


def _parquet_texts(path: Path, opened: pq.ParquetFile, kind: str) -> Iterator[str | None]:
    with _readable(path), opened:
        for batch in opened.iter_batches(columns=[kind]):
            for octets in batch.column(0).cast(pa.string()).cast(pa.binary()).to_pylist():
                yield None if octets is None else octets.decode("utf-8", "surrogateescape")


def _of_csv(path: Path) -> tuple[str, Iterator[str | None]]:
    with _readable(path), _text(path) as file:
        line = next(file, "")[:LONGEST_HEADER].removeprefix("\ufeff")
        headers = {separator: next(csv.reader([line], delimiter=separator), []) for separator in SEPARATORS}
    separator = max(SEPARATORS, key=lambda each: len({*map(str.strip, headers[each])} & {*ID_COLUMNS}))
    names = [name.strip() for name in headers[separator]]
    kind = _column(path, names)
    return kind, _csv_texts(path, separator, len(names), names.index(kind))


def _csv_texts(path: Path, separator: str, n_columns: int, at: int) -> Iterator[str | None]:
    with _readable(path), _text(path) as file:
        for number, row in enumerate(_csv_rows(path, file, separator)):
            if number:
                yield row[at] if len(row) == n_columns else None


def _csv_rows(path: Path, file: Iterator[str], separator: str) -> Iterator[list[str]]:
    """The header, and all rows that are not empty: a quote left open would make one of many that follow."""
    rows, number = csv.reader(file, delimiter=separator, strict=True), 0
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            raise _quote_open(path, number) from error
        if row is None:
            return
        if any("\n" in field or "\r" in field for field in row):
            raise _quote_open(path, number)
        if row or not number:
            yield row
            number += 1


def _quote_open(path: Path, number: int) -> InputUnreadable:
    place = f"row {number - 1}" if number else "header"
    return InputUnreadable(
        f"{path}, {place}: a quote is open or out of place, so that rows run together; mend the quotes, and"
        " leave no line break in a field"
    )


@contextmanager
def _text(path: Path) -> Iterator[Iterator[str]]:
    with open_regular(path) as octets:
        yield (line.decode("utf-8", "surrogateescape") for line in octets)


def _column(path: Path, names: list[str]) -> str:
    found = [name for name in names if name in ID_COLUMNS]
    if len(found) != 1:
        has = f"has {' and '.join(found)}" if found else "has none of these"
        raise InputUnreadable(f"{path}: {has}; name one column {', '.join(ID_COLUMNS[:-1])} or person_id")
    return found[0]


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise InputUnreadable(f"{path}: no such file; check the path") from error
    except OSError as error:
        raise InputUnreadable.of_reading(path, error) from error
    except (pa.ArrowException, csv.Error) as error:
        raise InputUnreadable(f"{path}: damaged, it cannot be read to its end; copy it again") from error
