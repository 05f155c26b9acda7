"""Rows of a correction file in CSV, as spreadsheets save it: comma, semicolon or tab, UTF-8 or UTF-16."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Generator
from typing import BinaryIO

from signer.corrections.refusals import FileRefusedError, RefusalKind
from signer.corrections.sheet_columns import NEEDED

__all__ = ["csv_rows"]

SEPARATORS = (",", ";", "\t")
LONGEST_HEADER = 65_536
MOST_BYTES = 1 << 30
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def csv_rows(file: BinaryIO) -> Generator[list[str], None, None]:
    """The cells of each row, the header first. Raises FileRefusedError."""
    start = file.read(2)
    if file.seek(0, io.SEEK_END) > MOST_BYTES:
        raise FileRefusedError(RefusalKind.FILE_TOO_LARGE)
    file.seek(0)
    text = io.TextIOWrapper(file, "utf-16" if start in UTF_16 else "utf-8-sig", newline="")
    try:
        header = text.readline(LONGEST_HEADER)
        text.seek(0)
        yield from csv.reader(text, delimiter=_separator(header), strict=True)
    except UnicodeError as error:
        raise FileRefusedError(RefusalKind.NOT_UTF8) from error
    except csv.Error as error:
        raise FileRefusedError(
            RefusalKind.FILE_UNREADABLE,
            advice="a quotation mark is not closed, or a cell is too long: correct it",
        ) from error
    except OSError as error:
        raise FileRefusedError(RefusalKind.FILE_UNREADABLE) from error
    finally:
        text.detach()


def _separator(header: str) -> str:
    """The one that yields the most of the expected names."""
    return max(SEPARATORS, key=lambda separator: _known(header, separator))


def _known(header: str, separator: str) -> int:
    try:
        names = next(csv.reader([header], delimiter=separator), [])
    except csv.Error:
        return 0
    return len({name.strip() for name in names} & set(NEEDED))
