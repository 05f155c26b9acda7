"""The first line of a CSV file: its encoding, its separator and the names of its columns."""

from __future__ import annotations

import csv
import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path

from signer.errors import InputUnreadable
from signer.records.schemas import SHOTS
from signer.sources.columns import SHOTS_TABLE
from signer.tables.columns import check_names

__all__ = ["Header", "read_header"]

SEPARATORS = (",", ";", "\t")
LONGEST_HEADER_BYTES = 65_536
UTF_8_MARK = b"\xef\xbb\xbf"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Header:
    """Column names in file order and the separator between them."""

    names: tuple[str, ...]
    separator: str


def _first_line(path: Path) -> bytes:
    """The first line, without its end. Raises InputUnreadable where the file cannot be opened or is empty."""
    if path.is_dir():
        raise InputUnreadable(f"{path}: a directory; name the files in it")
    try:
        with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as file:
            start = file.read(LONGEST_HEADER_BYTES)
    except FileNotFoundError as error:
        raise InputUnreadable(f"{path}: no such file; check the path") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputUnreadable(f"{path}: not a whole gzip file; copy it again") from error
    except OSError as error:
        raise InputUnreadable.of_reading(path, error) from error
    if start.startswith(UTF_16_MARKS) or b"\0" in start[:64]:
        raise InputUnreadable(f"{path}: the header is in UTF-16; save it as UTF-8")
    lines = start.removeprefix(UTF_8_MARK).splitlines()
    if not lines or not lines[0].strip():
        raise InputUnreadable(
            f"{path}: no header; its first line must name the columns {', '.join(SHOTS.names)}"
        )
    return lines[0]


def _split(line: str, separator: str) -> tuple[str, ...]:
    return tuple(next(csv.reader([line], delimiter=separator)))


def read_header(path: Path) -> Header:
    """The header of a CSV file; the separator is the one that yields the most of the expected names.

    Raises InputUnreadable where the encoding is not UTF-8 or a column is missing.
    """
    try:
        line = _first_line(path).decode()
    except UnicodeDecodeError as error:
        raise InputUnreadable(f"{path}: the header is not in UTF-8; save it as UTF-8") from error
    headers = [Header(_split(line, separator), separator) for separator in SEPARATORS]
    best = max(headers, key=lambda header: len(set(header.names) & set(SHOTS.names)))
    if not set(best.names) & set(SHOTS.names):  # the names found may be a row of data: they are not repeated
        raise InputUnreadable(
            f"{path}: no column of a table of shots; is the first line the header, separated by comma,"
            f" semicolon or tab? It must name {', '.join(SHOTS.names)}"
        )
    check_names(str(path), best.names, SHOTS_TABLE)
    return best
