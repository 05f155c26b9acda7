"""What all workbooks share: styles, header, widths, made once by openpyxl with a place left for the rows."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from signer.corrections.sheet_columns import COLUMNS, EXPLAINED, FILL_IN

__all__ = ["HOLDS", "LETTERS", "SHEET", "TITLE", "Frame", "frame"]

TITLE, HOLDS = "title of the sheet", "what the sheet holds"
"""Texts that stand for those of a facility."""

SHEET = "xl/worksheets/sheet1.xml"
LETTERS = [get_column_letter(place) for place in range(1, len(COLUMNS) + 1)]

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

TWO_ROWS = re.compile(r"(.*)<row r=\"2\".*?</row>(.*)", re.DOTALL)
STYLE = re.compile(r'<c r="[A-Z]+2" s="([0-9]+)"')
DIMENSION = re.compile(r"<dimension [^>]*/>")
MADE_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]+Z")
NO_TIME = "1980-01-01T00:00:00Z"  # the same rows make the same bytes


@dataclass(frozen=True)
class Frame:
    """The members of a workbook but for its sheet; the sheet's text before and behind its rows; the numbers
    of the styles of cells that show and of those to fill in."""

    members: Mapping[str, str]
    before: str
    behind: str
    shown_style: str
    empty_style: str


@cache
def frame() -> Frame:
    """Made by openpyxl, which knows what a workbook needs, but takes 2 ms for a row."""
    members = {name: MADE_AT.sub(NO_TIME, text) for name, text in _made_by_openpyxl().items()}
    sheet = DIMENSION.sub("", members.pop(SHEET))
    parts = TWO_ROWS.fullmatch(sheet)
    styles = STYLE.findall(sheet)
    if parts is None or len(styles) != len(COLUMNS):
        raise RuntimeError("this version of openpyxl writes sheets in another way than those known")
    return Frame(members, parts[1], parts[2], styles[0], styles[-1])


def _made_by_openpyxl() -> dict[str, str]:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(TITLE)
    sheet.freeze_panes = "B2"
    for letter, name in zip(LETTERS, COLUMNS, strict=True):
        sheet.column_dimensions[letter].width = WIDTHS.get(name, NARROW)
    sheet.append([_named(sheet, name) for name in COLUMNS])
    sheet.append([_cell(sheet, TO_FILL_IN if name in FILL_IN else None) for name in COLUMNS])
    made = io.BytesIO()
    workbook.save(made)
    with zipfile.ZipFile(made) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def _named(sheet: Any, name: str) -> Any:
    cell = _cell(sheet, TO_FILL_IN if name in FILL_IN else HEADER)
    cell.value = name
    cell.font = Font(bold=True)
    cell.comment = Comment(HOLDS if name == COLUMNS[0] else EXPLAINED[name], "signer")
    return cell


def _cell(sheet: Any, fill: PatternFill | None) -> Any:
    cell = WriteOnlyCell(sheet)
    cell.number_format = TEXT_FORMAT
    if fill is not None:
        cell.fill = fill
    return cell
