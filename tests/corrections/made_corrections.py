"""Correction files that tests write, fill in and read back."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from made_batches import batches_of
from made_shots import GOOD_ROW

from signer.cleaning import REFUSED_SHOTS
from signer.corrections import Corrections, SheetFormat, read_corrections, write_sheets
from signer.records.schemas import SHOTS
from signer.tables.out_of_core import Room

TODAY = datetime.date(2022, 4, 14)
Row = dict[str, str]

SIGNED = {"corrected_by": "Lê Thị Hoa", "corrected_on": "2022-04-13"}


def room_in(folder: Path) -> Room:
    """A small one."""
    spill = folder / ".spill"
    spill.mkdir(exist_ok=True)
    return Room("200MB", spill, 2)


def refused_shot(**changes: Any) -> dict[str, Any]:
    """A shot that was refused, but for the changes."""
    reasons = changes.pop("reasons", ["name_differs"])
    return {
        **GOOD_ROW,
        "reason": reasons[0],
        "reasons": reasons,
        "detail": None,
        "field": "full_name",
        **changes,
    }


def write_refused(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """The rows as cleaning writes them."""
    texts = batches_of(rows, SHOTS, 1000)
    tables = list(texts(SHOTS.names)) or [pa.RecordBatch.from_pylist([], SHOTS)]
    table = pa.Table.from_batches(tables)
    for field in list(REFUSED_SHOTS)[len(SHOTS) :]:
        table = table.append_column(field, pa.array([row[field.name] for row in rows], field.type))
    pq.write_table(table, path)
    return path


def made_sheets(
    folder: Path,
    rows: Sequence[Mapping[str, Any]],
    sheet_format: SheetFormat = "csv",
    suggestions: Path | None = None,
) -> Path:
    """Correction files of refused shots; gives their folder."""
    folder.mkdir(exist_ok=True)
    refused = write_refused(folder / "refused.parquet", rows)
    write_sheets(refused, suggestions, folder / "corrections", sheet_format, room_in(folder))
    return folder / "corrections"


def sheet_files(folder: Path) -> list[Path]:
    """All files of facilities, by name."""
    return sorted(path for path in folder.rglob("*.*") if path.name != "README.txt")


def read_csv(path: Path) -> list[Row]:
    """The rows as they stand there."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_csv(path: Path, rows: Sequence[Row], encoding: str = "utf-8-sig", **form: Any) -> Path:
    """Writes rows back as a spreadsheet would."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), **{"quoting": csv.QUOTE_ALL, **form})
        writer.writeheader()
        writer.writerows(rows)
    return path


def fill_in(path: Path, shot: str, /, **values: str) -> None:
    """Fills in one row of a CSV, signed unless the values say otherwise."""
    rows = read_csv(path)
    (row,) = (row for row in rows if row["shot_id"] == shot)
    row.update({**SIGNED, **values})
    write_csv(path, rows)


def taken_in(
    folders: Sequence[Path],
    shots: Sequence[Mapping[str, Any]],
    today: datetime.date = TODAY,
    why_not: str | None = None,
) -> Corrections:
    """Reads corrections and holds them against shots."""
    room = room_in(folders[0].parent)
    return read_corrections(folders, [batches_of(shots, SHOTS)], today, lambda *_: why_not, room)


def corrected(corrections: Corrections, shots: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The shots with what was taken."""
    batches = corrections.apply(batches_of(shots, SHOTS))
    return [row for batch in batches(SHOTS.names) for row in batch.to_pylist()]


def refused_as(corrections: Corrections) -> list[tuple[int | None, str | None, str]]:
    """(row, field, reason) of each."""
    return [(row["row"], row["field"], row["reason"]) for row in corrections.refused.to_pylist()]
