"""HC1 texts from tables, streamed: lines of text, CSV, and JSON a line."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any, AnyStr, BinaryIO, Final

from signer.errors import CertificateInvalid, InputUnreadable
from signer.regular import open_regular
from signer.verifying.code import UNREADABLE, Code

__all__ = [
    "COLUMN",
    "codes_of_csv",
    "codes_of_csv_lines",
    "codes_of_json",
    "codes_of_json_lines",
    "codes_of_lines",
    "codes_of_text",
    "place_of_column",
]

COLUMN: Final = "hc1"
MAX_LINE: Final = 200_000
"""Bytes or characters; longer lines are cut, so that a file without line ends cannot fill the memory."""


def codes_of_text(path: Path) -> Iterator[Code]:
    """Gives the codes of a text file, one a line."""
    with open_regular(path) as file:
        yield from codes_of_lines(file, str(path))


def codes_of_lines(file: BinaryIO, source: str) -> Iterator[Code]:
    """One code a line; only the line end goes, since a blank is a digit of base45; empty lines are passed
    over."""
    for row, line in enumerate(_lines(file, b"\n"), start=1):
        bare = line.removesuffix(b"\n").removesuffix(b"\r").removeprefix(b"\xef\xbb\xbf" if row == 1 else b"")
        if bare:
            yield Code(bare.decode("utf-8", errors="replace"), source, row)


def codes_of_csv(path: Path) -> Iterator[Code]:
    """Gives the codes of a CSV file, by the column hc1 of its heading. Raises InputUnreadable without it."""
    with open_regular(path) as file:
        yield from codes_of_csv_lines(file, str(path))


def codes_of_csv_lines(file: BinaryIO, source: str, place: int | None = None) -> Iterator[Code]:
    """Gives the codes of a CSV in UTF-8, one a row; blank lines are no rows.

    A row that cannot be read is a failure of its own and costs no other: bytes that are not UTF-8 are
    replaced, and each line is taken apart alone, so that an open quote swallows nothing behind it. `place` is
    that of the column, from 0, where the heading stands elsewhere.
    """
    text = TextIOWrapper(file, encoding="utf-8" if place is not None else "utf-8-sig", errors="replace")
    lines = (line for line in _lines(text, "\n") if line.strip("\n"))
    column = _place_in(next(lines, ""), source) if place is None else place
    for row, line in enumerate(lines, start=1):
        try:
            yield Code(_field(line, column), source, row)
        except CertificateInvalid as failure:
            yield Code("", source, row, failure=failure)


def place_of_column(path: Path) -> int:
    """The place of the column hc1 in the heading of a CSV file, from 0. Raises InputUnreadable, OSError."""
    with TextIOWrapper(open_regular(path), encoding="utf-8-sig", errors="replace") as file:
        return _place_in(next((line for line in _lines(file, "\n") if line.strip("\n")), ""), str(path))


def codes_of_json(path: Path) -> Iterator[Code]:
    """Gives the codes of a file of JSON objects, one a line."""
    with open_regular(path) as file:
        yield from codes_of_json_lines(file, str(path))


def codes_of_json_lines(file: BinaryIO, source: str) -> Iterator[Code]:
    """One code a line, the member hc1 of its object; null and none are an empty text.

    A line that is no object is a failure of its own; empty lines are passed over.
    """
    for code in codes_of_lines(file, source):
        try:
            yield code._replace(text=_member(code.text))
        except CertificateInvalid as failure:
            yield code._replace(text="", failure=failure)


def _lines(file: IO[AnyStr], end: AnyStr) -> Iterator[AnyStr]:
    """The lines of a file with their ends; of one longer than MAX_LINE the beginning, without its end."""
    while line := file.readline(MAX_LINE):
        yield line
        while len(line) == MAX_LINE and not line.endswith(end):
            line = file.readline(MAX_LINE)


def _place_in(heading: str, source: str) -> int:
    try:
        columns = _fields(heading)
    except CertificateInvalid as failure:
        raise InputUnreadable(f"{source} has a damaged heading: {failure}") from failure
    if COLUMN not in columns:
        if ";" in heading and COLUMN in heading:
            raise InputUnreadable(
                f"{source} looks as if its columns were separated by semicolons; save it with commas"
            )
        raise InputUnreadable(
            f"{source} has no column {COLUMN}; name it in the first line, by commas, in UTF-8"
        )
    return columns.index(COLUMN)


def _member(line: str) -> str:
    """The text under hc1. Raises CertificateInvalid `unreadable`."""
    try:
        value: Any = json.loads(line)
    except (ValueError, RecursionError) as error:  # the message would quote the line
        raise CertificateInvalid(UNREADABLE, "the line is no JSON") from error
    text = value.get(COLUMN) if isinstance(value, dict) else value
    if not isinstance(text, str | None) or not isinstance(value, dict):
        raise CertificateInvalid(UNREADABLE, f"the line is no JSON object with a text {COLUMN}")
    # Half a surrogate pair, which JSON can write and no file of ours could.
    return (text or "").encode("utf-8", "replace").decode("utf-8")


def _field(line: str, place: int) -> str:
    fields = _fields(line)
    return fields[place] if place < len(fields) else ""


def _fields(line: str) -> list[str]:
    """The fields of a line of CSV (RFC 4180). Raises CertificateInvalid `unreadable`."""
    if len(line) == MAX_LINE and not line.endswith("\n"):
        raise CertificateInvalid(UNREADABLE, f"the row has {MAX_LINE} characters or more")
    try:
        fields = next(csv.reader([line.removesuffix("\n") + "\n"]), [])
    except csv.Error as error:  # a field of more than 131,072 characters; the message quotes nothing
        raise CertificateInvalid(UNREADABLE, f"the row is no CSV: {error}") from error
    if fields and fields[-1].endswith("\n"):  # the line end became part of the field
        raise CertificateInvalid(UNREADABLE, "a quote is not closed in its line")
    return fields
