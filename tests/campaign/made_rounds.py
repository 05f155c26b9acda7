"""Folders as `signer clean` leaves them, with rows of one's own."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from signer.campaign.clean_inputs import SetAside
from signer.campaign.clean_results import write_set_aside
from signer.cleaning import REFUSED_SHOTS
from signer.corrections import CORRECTIONS_TAKEN
from signer.records.schemas import SHOTS

__all__ = ["NAME_DIFFERS", "make_round", "shot"]

SHOT: Mapping[str, Any] = {
    "shot_id": "S1",
    "person_id": "001180012345",
    "full_name": "Nguyễn Thị Hoà",
    "date_of_birth": "1980-02-29",
    "phone": "0912345678",
    "province": "Huế",
    "district": None,
    "facility": "01-0001",
    "vaccine": "Pfizer",
    "dose_number": 1,
    "doses_in_series": 2,
    "vaccinated_on": datetime.date(2021, 5, 4),
}
NAME_DIFFERS = {"reason": "name_differs", "reasons": ["name_differs"], "field": "full_name"}

Rows = Sequence[Mapping[str, Any]]


def shot(**columns: Any) -> dict[str, Any]:
    return dict(SHOT) | columns


def make_round(
    folder: Path,
    verified: Rows = (),
    refused: Rows = (),
    taken: Rows = (),
    set_aside: Sequence[SetAside] = (),
) -> Path:
    folder.mkdir()
    tables = {"verified": (SHOTS, verified), "refused": (REFUSED_SHOTS, refused)}
    for name, (schema, rows) in (tables | {"corrections_taken": (CORRECTIONS_TAKEN, taken)}).items():
        table = pa.Table.from_pylist(list(map(dict, rows)), schema)
        pq.write_table(table, folder / f"{name}.parquet", row_group_size=2)
    write_set_aside(folder, set_aside)
    return folder
