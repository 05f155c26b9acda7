"""Tables of certificates that tests make for themselves: their texts look like HC1 but say nothing."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from signer.records.schemas import CERTIFICATES

ISSUED_AT = 1_649_906_100  # 2022-04-14T03:15:00Z
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def hc1_text(row: int, length: int = 538) -> str:
    """A text as long as usual; every third ends in a blank, as base45 never does: a harder test."""
    body = "".join(random.Random(row).choices(ALPHANUMERIC, k=length - 5))
    return f"HC1:{body}{' ' if row % 3 == 0 else 'X'}"


def certificates_table(n_rows: int, changes: Mapping[int, Mapping[str, Any]] | None = None) -> pa.Table:
    """Certificates of shots S0, S1, … in one facility, but for the `changes` of single rows."""
    usual: Mapping[str, Any] = {
        "person_key": b"k" * 16,
        "province": "Hà Nội",
        "district": "Ba Đình",
        "facility": "01-0007",
        "vaccine": "EU/1/20/1528",
        "dose_number": 2,
        "doses_in_series": 2,
        "kid": b"k" * 8,
        "iat": ISSUED_AT * 1_000_000,
        "exp": (ISSUED_AT + 31_536_000) * 1_000_000,
        "signature_hash": b"h" * 16,
        "campaign": "issue-20220414T031500Z",
        "part": 0,
    }
    columns: dict[str, list[Any]] = {name: [value] * n_rows for name, value in usual.items()}
    columns["uvci"] = [f"URN:UVCI:01:VN:{row:020d}" for row in range(n_rows)]
    columns["shot_id"] = [f"S{row}" for row in range(n_rows)]
    columns["hc1"] = [hc1_text(row) for row in range(n_rows)]
    for row, values in (changes or {}).items():
        for name, value in values.items():
            columns[name][row] = value
    arrays = [pa.array(columns[field.name], field.type) for field in CERTIFICATES]
    return pa.Table.from_arrays(arrays, schema=CERTIFICATES)


def write_certificates(
    path: Path,
    n_rows: int,
    changes: Mapping[int, Mapping[str, Any]] | None = None,
    rows_per_group: int = 10_000,
) -> Path:
    """The same as a Parquet file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(certificates_table(n_rows, changes), path, row_group_size=rows_per_group)
    return path


def spread_over(column: str, places: Sequence[str | None], n_rows: int) -> dict[int, dict[str, Any]]:
    """Changes that put the rows into the places in turn, so that none lie together."""
    return {row: {column: places[row % len(places)]} for row in range(n_rows)}
