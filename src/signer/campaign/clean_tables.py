"""Writes the lists of a cleaning run: CSV for people to open, readable to their owner alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from signer.durable import naming, write_absent
from signer.tables.spreadsheet_text import BYTE_ORDER_MARK, guarded_text

__all__ = ["PRIVATE_FILE", "write_list", "write_private"]

PRIVATE_FILE = 0o600


def write_list(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Writes a table with its header: every value in quotes, null as the empty text.

    Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers are left as they
    are. Raises DiskFull or StoppedHalfWay with the path.
    """
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(tuple(map(_plain, row)) for row in rows)
    write_private(path, text.getvalue())


def write_private(path: Path, text: str) -> None:
    """Writes a whole file of mode 0600 in UTF-8. Raises DiskFull or StoppedHalfWay with the path."""
    with naming(path):
        write_absent(path, text.encode("utf-8", "replace"), PRIVATE_FILE)


def _plain(value: object) -> object:
    return guarded_text(value) if isinstance(value, str) else value
