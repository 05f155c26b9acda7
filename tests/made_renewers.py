"""Issuers and renewers of one key at two times, and rows of the certificates between them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
from made_shots import ISSUED_AT, shots_batch

from signer import _core

YEAR_S = 365 * 86_400
OLD = {"scalar": bytearray(31) + b"\x01", "kid": b"old kid.", "country": "VN"}
NEW = {"scalar": bytearray(range(1, 33)), "kid": b"new kid.", "country": "VN"}
TIMES = {"issued_at": ISSUED_AT, "expires_at": ISSUED_AT + YEAR_S}
LATER = {"issued_at": ISSUED_AT + YEAR_S - 86_400, "expires_at": ISSUED_AT + 2 * YEAR_S - 86_400}
LONGEST_CODES = ("P" * 80, "M" * 80, "V" * 80)
PRODUCTS = [
    ("Pfizer", "EU/1/20/1528", "ORG-100030215", "1119349007"),
    ("Abdala", "Abdala", "CIGB", "28531000087107"),
    ("Longest", *LONGEST_CODES),
]
SURNAMES = ("Nguyễn", "Trần", "Đặng", "Ỷ", "Hồ", "O'Brien", "Tôn Nữ")
GIVEN = ("Thị Hường", "Bảo Duy", "Ngọc Ánh", "Ý", "", "Quốc Khánh-Anh", "ĐẶNGỒẾỮỰẦẨẪỌỄ" * 5)
BIRTHS = ("1980-02-29", "1975", "1990-11", "", "2011-07-01")
TIMESTAMP = pa.timestamp("us", "UTC")


def open_issuer(key: Mapping[str, Any], times: Mapping[str, int], **changes: Any) -> _core.Issuer:
    """One that issues what `shots` has."""
    usual = {
        "issuer": "Bộ Y tế",
        "today": ISSUED_AT // 86_400,
        "uvci_secret": bytes(32),
        "person_secret": bytes(32),
        "uvci_checksum": False,
        "products": PRODUCTS,
    }
    return _core.Issuer(**{**usual, **key, **times, **changes})


def shots(n_rows: int, seed: int) -> pa.RecordBatch:
    """Random shots with names, births and products of all lengths; every third supersedes a certificate."""
    draw = random.Random(seed)
    rows = {
        row: {
            "full_name": f"{draw.choice(SURNAMES)} {draw.choice(GIVEN)}".strip(),
            "date_of_birth": draw.choice(BIRTHS),
            "vaccine": draw.choice(PRODUCTS)[0],
            "dose_number": draw.choice([1, 2]),
            "vaccinated_on": date(2021, 9, 30) - timedelta(draw.randrange(80)),
            "shot_id": f"S{draw.getrandbits(64)}",
        }
        for row in range(n_rows)
    }
    replaced = [
        f"URN:UVCI:01:VN:{draw.getrandbits(60):020d}" if row % 3 == 0 else None for row in range(n_rows)
    ]
    return shots_batch(n_rows, rows).append_column("supersedes", pa.array(replaced, pa.string()))


def stored(
    hc1: pa.StringArray | Sequence[str | None], uvci: Any, kid: bytes, times: Mapping[str, int]
) -> pa.RecordBatch:
    """Rows of the certificates table, as far as a renewer looks at it."""
    n_rows = len(hc1)
    columns = {
        "uvci": uvci if isinstance(uvci, pa.Array) else pa.array(uvci, pa.string()),
        "kid": pa.array([kid] * n_rows, pa.binary()),
        "iat": pa.array([times["issued_at"] * 1_000_000] * n_rows, TIMESTAMP),
        "exp": pa.array([times["expires_at"] * 1_000_000] * n_rows, TIMESTAMP),
        "hc1": hc1 if isinstance(hc1, pa.Array) else pa.array(hc1, pa.string()),
    }
    return pa.record_batch(columns)


def as_stored(issued: pa.RecordBatch, kid: bytes, times: Mapping[str, int]) -> pa.RecordBatch:
    """What `Issuer.issue` gave as rows of the certificates table."""
    return stored(issued.column("hc1"), issued.column("uvci"), kid, times)


def changed(batch: pa.RecordBatch, row: int, name: str, value: Any) -> pa.RecordBatch:
    """The batch with another value in one cell; times are microseconds since 1970."""
    values = batch.column(name).cast(pa.int64()) if name in {"iat", "exp"} else batch.column(name)
    cells = values.to_pylist()
    cells[row] = value
    array = pa.array(cells, values.type)
    return batch.set_column(batch.schema.get_field_index(name), name, array.cast(batch.column(name).type))
