"""HC1 texts for app back ends: CSV (RFC 4180), NDJSON, or the bare texts, one a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa

from signer.packing.csv_text import csv_text
from signer.packing.delivery import TextFormat, Texts
from signer.packing.fitness import LeftOut, NothingFits, split_unfit
from signer.packing.moments import in_iso

__all__ = ["TextWriter"]

COLUMNS = ("uvci", "shot_id", "province", "district", "facility", "iat", "exp", "hc1")


class TextWriter:
    """Writes shards of texts."""

    def __init__(self, texts: Texts) -> None:
        self._encode = ENCODERS[texts.format]

    def __call__(self, rows: pa.Table, path: Path) -> list[LeftOut]:
        """Writes rows of the PACKED schema to a file, and gives those left out.

        Raises NothingFits if that are all, and OSError.
        """
        fit, left_out = split_unfit(rows)
        if not len(fit):
            raise NothingFits(left_out)
        path.write_bytes(self._encode(fit).encode("utf-8"))
        return left_out


def _as_csv(rows: pa.Table) -> str:
    return csv_text(in_iso(rows.select(COLUMNS)))


def _as_ndjson(rows: pa.Table) -> str:
    columns = in_iso(rows.select(COLUMNS))
    lines = (
        json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False)
        for row in zip(*columns.values(), strict=True)
    )
    return "".join(f"{line}\n" for line in lines)


def _as_lines(rows: pa.Table) -> str:
    return "".join(f"{text}\n" for text in rows.column("hc1").to_pylist())


ENCODERS: Mapping[TextFormat, Callable[[pa.Table], str]] = {
    "csv": _as_csv,
    "ndjson": _as_ndjson,
    "txt": _as_lines,
}
