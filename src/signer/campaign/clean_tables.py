"""Writes the lists of a cleaning run: CSV for people to open, readable to their owner alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from signer.durable import naming, write_absent

__all__ = ["PRIVATE_FILE", "write_list", "write_private"]

PRIVATE_FILE = 0o600
UTF_8_MARK = "\ufeff"  # or spreadsheets take Vietnamese for Latin-1
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_list(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Writes a table with its header: every value in quotes, null as the empty text.

    Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers are left as they
    are. Raises DiskFull or StoppedHalfWay with the path.
    """
    text = io.StringIO()
    text.write(UTF_8_MARK)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(tuple(map(_plain, row)) for row in rows)
    write_private(path, text.getvalue())


def write_private(path: Path, text: str) -> None:
    """Writes a whole file of mode 0600 in UTF-8. Raises DiskFull or StoppedHalfWay with the path."""
    with naming(path):
        write_absent(path, text.encode("utf-8", "replace"), PRIVATE_FILE)


def _plain(value: object) -> object:
    is_formula = isinstance(value, str) and value.startswith(STARTS_FORMULA)
    return f"'{value}" if is_formula else value
