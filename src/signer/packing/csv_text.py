"""Tables as CSV, so that every text comes back as it went in: RFC 4180, every value in quotes."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

__all__ = ["csv_text"]


def csv_text(columns: Mapping[str, Sequence[object]]) -> str:
    """A table with its header: every value in quotes, lines ending in CR LF, null as the empty text."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue()
