"""Tables of shots, right ones, as Arrow and as CSV."""

from __future__ import annotations

import csv
import datetime
import io

import pyarrow as pa

from signer.records.schemas import SHOTS

FIRST_DAY = datetime.date(2021, 7, 1)


def shots_table(n_rows: int, first: int = 0) -> pa.Table:
    """Rows that tell their number, from `first` on."""
    rows = range(first, first + n_rows)
    texts = {name: [f"{name} {row}" for row in rows] for name in SHOTS.names}
    return pa.table(
        {
            **texts,
            "shot_id": [f"S{row:06}" for row in rows],
            "full_name": [f"Nguyễn Văn {row}" for row in rows],
            "dose_number": [1 + row % 2 for row in rows],
            "doses_in_series": [2 for _ in rows],
            "vaccinated_on": [FIRST_DAY + datetime.timedelta(days=row % 200) for row in rows],
        },
        schema=SHOTS,
    )


def csv_text(table: pa.Table, separator: str = ",", line_end: str = "\n") -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=line_end)
    writer.writerow(table.schema.names)
    writer.writerows(row.values() for row in table.to_pylist())
    return out.getvalue()
