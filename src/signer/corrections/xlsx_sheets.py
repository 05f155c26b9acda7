"""Correction files as Excel workbooks (extra [sheets])."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import pyarrow as pa
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from signer.corrections.cell_text import guarded
from signer.corrections.refused_rows import Facility
from signer.corrections.sheet_columns import COLUMNS, EXPLAINED, FILL_IN
from signer.corrections.sheet_format import Format

__all__ = ["XLSX"]

TEXT_FORMAT = "@"  # else a spreadsheet makes numbers and dates of what is typed
TO_FILL_IN = PatternFill("solid", fgColor="FFF2CC")
HEADER = PatternFill("solid", fgColor="D9E1F2")
NARROW, WIDE, WIDER = 14, 24, 48
WIDTHS = {
    "full_name": WIDE,
    "correct_full_name": WIDE,
    "facility": WIDE,
    "problem": WIDER,
    "suggestion": WIDER,
}


def _guarded(batch: pa.RecordBatch) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(list(map(guarded, batch.columns)), schema=batch.schema)


def _write(file: BinaryIO, facility: Facility, batches: Iterator[pa.RecordBatch]) -> None:
    """One sheet, all cells text; the columns to fill in are coloured, the header stays in view, and a comment
    at its beginning says what the sheet holds."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(f"personal data, {facility.n_rows} shots")
    sheet.freeze_panes = "B2"
    for place, name in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS.get(name, NARROW)
    sheet.append(_header(sheet, facility))
    plain, empty = _cell(sheet), _cell(sheet, fill=TO_FILL_IN)
    blanks = [empty] * len(FILL_IN)
    for batch in batches:
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            sheet.append([*_texts(sheet, plain, row), *blanks])
    workbook.save(file)


def _header(sheet: Any, facility: Facility) -> list[Any]:
    cells = []
    for name in COLUMNS:
        cell = _cell(sheet, name, TO_FILL_IN if name in FILL_IN else HEADER)
        cell.font = Font(bold=True)
        cell.comment = Comment(EXPLAINED[name], "signer")
        cells.append(cell)
    whose = ", ".join(filter(None, (facility.facility, facility.district, facility.province)))
    cells[0].comment = Comment(
        f"personal data of the people of {facility.n_rows} shots; for {whose or 'the facility'} only",
        "signer",
    )
    return cells


def _cell(sheet: Any, text: str | None = None, fill: PatternFill | None = None) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.number_format = TEXT_FORMAT
    if fill is not None:
        cell.fill = fill
    return cell


def _texts(sheet: Any, like: Any, row: Sequence[str]) -> Iterator[Any]:
    """Cells in the style of another, which is costly to set."""
    for text in row:
        cell = WriteOnlyCell(sheet, text or None)
        cell._style = like._style
        if text:
            cell.data_type = "s"  # never a formula, a number or an error, whatever it looks like
        yield cell


XLSX = Format(_guarded, _write)
