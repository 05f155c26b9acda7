"""HC1 texts to check, streamed from arguments, text files, CSV and Parquet."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from signer.errors import InputUnreadable
from signer.verifying.text import MAX_CHARACTERS, PREFIX

__all__ = ["COLUMN", "Code", "read_codes"]

COLUMN: Final = "hc1"
BATCH_ROWS: Final = 4096
MAX_LINE_BYTES: Final = 2 * MAX_CHARACTERS
"""Longer lines are cut, so that a file without line ends cannot fill the memory; they are invalid anyhow."""
LONGEST_PATH_SHOWN: Final = 255
"""What names no file may be a certificate, thus personal data: only a short path is repeated in a message."""


class Code(NamedTuple):
    """A text to check and where it stands; rows count from 1 below a CSV's heading, None for an argument."""

    text: str
    source: str
    row: int | None


def read_codes(argument: str) -> Iterator[Code]:
    """Gives the codes of one argument: an HC1 text, a .txt, .csv or .parquet file, or `-` for standard input.

    Raises InputUnreadable for a file that is missing or damaged, or lacks the column hc1, and for a folder.
    """
    if argument.startswith(PREFIX):
        return iter([Code(argument, "argument", None)])
    if argument == "-":
        return _of_lines(sys.stdin.buffer, "-")
    return _of_file(Path(argument))


def _of_file(path: Path) -> Iterator[Code]:
    readers = {".txt": _of_text, ".csv": _of_csv, ".parquet": _of_parquet}
    reader = readers.get(path.suffix.lower())
    _require_file(path, looks_like_one=reader is not None and len(str(path)) <= LONGEST_PATH_SHOWN)
    if reader is None:
        raise InputUnreadable(f"{path} is neither a .txt nor a .csv nor a .parquet file; name one of these")
    try:
        yield from reader(path)
    except UnicodeDecodeError as error:
        raise InputUnreadable(f"{path} is not UTF-8: save it in that encoding") from error
    except OSError as error:  # pyarrow's too
        raise InputUnreadable(f"cannot read {path}: {error.strerror or error}") from error
    except (pa.ArrowException, csv.Error) as error:
        raise InputUnreadable(f"{path} is damaged or cut short: {error}") from error


def _require_file(path: Path, *, looks_like_one: bool) -> None:
    """Raises InputUnreadable where nothing is at `path`, which then may be a text cut short, or a folder."""
    if os.path.isdir(path):
        inside = path / "certificates" if os.path.isdir(path / "certificates") else path
        raise InputUnreadable(f"{path} is a folder; name the files in it, such as {inside}/*.parquet")
    if os.path.exists(path):  # unlike Path.exists it takes any text, however long
        return
    if looks_like_one:
        raise InputUnreadable(f"{path}: no such file; check the path")
    raise InputUnreadable(
        f"an argument of {len(str(path))} characters is neither a file nor begins with {PREFIX}; "
        "put a text into quotes, as there can be blanks in it"
    )


def _of_text(path: Path) -> Iterator[Code]:
    with path.open("rb") as file:
        yield from _of_lines(file, str(path))


def _of_lines(file: BinaryIO, source: str) -> Iterator[Code]:
    """One code a line; only the line end goes, since a blank is a digit of base45; empty lines are passed
    over."""
    for row, line in enumerate(iter(lambda: file.readline(MAX_LINE_BYTES), b""), start=1):
        bare = line.removesuffix(b"\n").removesuffix(b"\r").removeprefix(b"\xef\xbb\xbf" if row == 1 else b"")
        if bare:
            yield Code(bare.decode("utf-8", errors="replace"), source, row)


def _of_csv(path: Path) -> Iterator[Code]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        _require_column(path, table.fieldnames or ())
        for row, record in enumerate(table, start=1):
            yield Code(record[COLUMN] or "", str(path), row)


def _of_parquet(path: Path) -> Iterator[Code]:
    with pq.ParquetFile(path) as table:
        _require_column(path, table.schema_arrow.names)
        kind = table.schema_arrow.field(COLUMN).type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            raise InputUnreadable(f"the column {COLUMN} of {path} holds {kind} instead of text")
        row = 0
        for batch in table.iter_batches(batch_size=BATCH_ROWS, columns=[COLUMN]):
            for text in batch.column(0).to_pylist():
                row += 1
                yield Code(text or "", str(path), row)


def _require_column(path: Path, columns: Iterable[str]) -> None:
    if COLUMN not in columns:
        raise InputUnreadable(f"{path} has no column {COLUMN}")
