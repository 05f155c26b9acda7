"""Rows of a correction file in xlsx as text (extra [sheets]); what is calculated is not taken for a value."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Generator
from importlib.util import find_spec
from typing import Any, BinaryIO

from signer.corrections.refusals import FileRefusedError, RefusalKind

__all__ = ["xlsx_rows"]

MOST_BYTES = 1 << 30
MOST_COLUMNS = 200
MOST_ROWS = 1_048_576  # of a sheet; rows that are not there are read, too
MOST_MEMBERS = 1_000
CALCULATED = "="  # no value that is filled in begins so


def xlsx_rows(file: BinaryIO) -> Generator[list[str], None, None]:
    """The cells of each row of the first sheet, the header first. Raises FileRefusedError."""
    if find_spec("openpyxl") is None:
        raise FileRefusedError(RefusalKind.EXTRA_MISSING)
    from openpyxl import load_workbook  # noqa: PLC0415 (needs the extra, this file does not)

    _check_size(file)
    try:
        workbook = load_workbook(file, read_only=True, data_only=False, keep_links=False)
        try:
            sheet = workbook.worksheets[0]
            sheet.reset_dimensions()  # the file may claim any number of rows and columns
            last = None
            for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
                if number > MOST_ROWS:
                    raise FileRefusedError(RefusalKind.FILE_TOO_LARGE)
                # One and the same for all rows that are not there, of which there may be a million.
                yield [] if row is last else [_text(cell) for cell in row]
                last = row
        finally:
            workbook.close()
    except FileRefusedError:
        raise
    except MemoryError:
        raise
    except Exception as error:  # openpyxl lets out whatever a damaged file makes of it
        raise FileRefusedError(RefusalKind.FILE_UNREADABLE) from error


def _check_size(file: BinaryIO) -> None:
    """By what the archive says of itself: more than that is never unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise FileRefusedError(RefusalKind.FILE_UNREADABLE) from error
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_BYTES:
        raise FileRefusedError(RefusalKind.FILE_TOO_LARGE)
    file.seek(0)


def _text(cell: Any) -> str:
    """As somebody would have typed it: a whole number without a point, a day as YYYY-MM-DD."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in ("f", "e"):  # formula, error
        return CALCULATED
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
