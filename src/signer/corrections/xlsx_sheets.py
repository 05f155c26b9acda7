"""Correction files as Excel workbooks (extra [sheets]): one sheet, all cells text."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import IO, BinaryIO
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.compute as pc

from signer.corrections.refused_rows import Facility
from signer.corrections.sheet_columns import FILL_IN
from signer.corrections.sheet_format import Format
from signer.corrections.xlsx_frame import HOLDS, LETTERS, SHEET, TITLE, frame
from signer.errors import OutputUnwritable
from signer.tables.spreadsheet_text import guarded

__all__ = ["XLSX"]

FIRST_ROW = 2
MOST_ROWS = 1_048_575  # of a sheet, below the header
NO_TIME = (1980, 1, 1, 0, 0, 0)
MARK = "#"  # the number of the row, in what all rows share


def _cells(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The XML of each cell behind the name of its place."""
    style = f' s="{frame().shown_style}"'
    return pa.RecordBatch.from_arrays([_cell(column, style) for column in batch.columns], schema=batch.schema)


def _cell(texts: pa.Array, style: str) -> pa.Array:
    escaped = guarded(texts)
    for letter, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        escaped = pc.replace_substring(escaped, letter, entity)
    # A string written out is never a formula, a number or an error, whatever it looks like.
    start = f'{style} t="inlineStr"><is><t xml:space="preserve">'
    said = pc.binary_join_element_wise(start, escaped, "</t></is></c>", "")
    return pc.if_else(pc.equal(texts, ""), f"{style}/>", said)


def _write(file: BinaryIO, facility: Facility, batches: Iterator[pa.RecordBatch]) -> None:
    if facility.n_rows > MOST_ROWS:
        raise OutputUnwritable(
            f"a facility has {facility.n_rows:,} refused shots, too many for xlsx; take csv"
        )
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in frame().members.items():
            said = text.replace(TITLE, _title(facility)).replace(HOLDS, escape(_holds(facility)))
            archive.writestr(_member(name), said)
        with archive.open(_member(SHEET), "w") as sheet:
            sheet.write(frame().before.encode())
            _write_rows(sheet, batches)
            sheet.write(frame().behind.encode())


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, NO_TIME)
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


def _title(facility: Facility) -> str:
    return f"personal data, {facility.n_rows} shots"


def _holds(facility: Facility) -> str:
    whose = ", ".join(filter(None, (facility.facility, facility.district, facility.province)))
    return f"personal data of the people of {facility.n_rows} shots; for {whose or 'the facility'} only"


def _write_rows(sheet: IO[bytes], batches: Iterator[pa.RecordBatch]) -> None:
    style = frame().empty_style
    to_fill_in = "".join(f'<c r="{letter}{MARK}" s="{style}"/>' for letter in LETTERS[-len(FILL_IN) :])
    number = FIRST_ROW
    for batch in batches:
        rows = []
        for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            placed = [f'<c r="{letter}{number}"{cell}' for letter, cell in zip(LETTERS, cells, strict=False)]
            tail = to_fill_in.replace(MARK, str(number))
            rows.append(f'<row r="{number}">{"".join(placed)}{tail}</row>')
            number += 1
        sheet.write("".join(rows).encode())


XLSX = Format(_cells, _write)
