"""The rows of a correction file in which something is filled in."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from signer.corrections.csv_reading import csv_rows
from signer.corrections.filled_file import FilledFile
from signer.corrections.filled_in import NotTakenError, day_of, is_withdrawn, value_of, words_of
from signer.corrections.found_files import ENDINGS, opened_file
from signer.corrections.refusals import FileRefusedError, RefusalKind
from signer.corrections.sheet_columns import CORRECTABLE, FILL_IN, NEEDED, PLACE, correction_of
from signer.corrections.xlsx_reading import xlsx_rows
from signer.records.countries import HOME
from signer.tables.spreadsheet_text import unguarded_text

__all__ = ["read_file"]

Cells = Mapping[str, str]
HEADER_ROW = 1  # as spreadsheets number them
IN_VIETNAM = ("", HOME)
PASSPORT_LETTER = re.compile("[A-Z]")
N_BEFORE_FILL_IN = len(NEEDED) - len(FILL_IN)


def read_file(path: Path, today: datetime.date) -> FilledFile:
    """Reads a CSV or xlsx. Raises FileRefusedError where it is not taken as a whole."""
    found = FilledFile(str(path))
    ending = path.suffix.lower()
    read = xlsx_rows if ending == ".xlsx" else csv_rows
    with opened_file(path) as file, closing(read(file)) as rows:
        if ending not in ENDINGS:
            raise FileRefusedError(RefusalKind.OTHER_FORMAT)
        header = _Header(next(rows, []))
        for number, row in enumerate(rows, start=HEADER_ROW + 1):
            if any(row):
                _take_row(found, number, header.placed(row), today)
    return found


class _Header:
    """Where each of NEEDED stands in a file."""

    def __init__(self, row: list[str]) -> None:
        names = [name.strip().lower() for name in row]
        for name in NEEDED:
            if name not in names:
                raise FileRefusedError(RefusalKind.COLUMN_MISSING, name)
            if names.count(name) > 1:
                raise FileRefusedError(RefusalKind.COLUMN_REPEATED, name)
        self._columns = [names.index(name) for name in NEEDED]
        self._width = len(row)

    def placed(self, row: list[str]) -> tuple[list[str], bool]:
        """The cells of NEEDED, and whether others stand where there is no column."""
        row = row + [""] * (self._width - len(row))
        return [row[column] for column in self._columns], any(row[self._width :])


def _take_row(found: FilledFile, number: int, placed: tuple[list[str], bool], today: datetime.date) -> None:
    cells, is_shifted = placed
    found.note_place(tuple(map(unguarded_text, cells[1 : 1 + len(PLACE)])), number - HEADER_ROW - 1)
    if not is_shifted and not any(cells[N_BEFORE_FILL_IN:-2]):
        return  # nothing but, perhaps, who and when
    shown = dict(zip(NEEDED, map(unguarded_text, cells), strict=True))
    for name in FILL_IN:
        if shown[name]:
            shown[name] = unicodedata.normalize("NFC", shown[name]).strip()
    reading = _Reading(shown, today)
    if is_shifted:
        reading.faults = [(None, RefusalKind.CELLS_SHIFTED)]
    if reading.faults or reading.values or reading.is_withdrawn:
        found.add(number, shown, reading.values, reading.is_withdrawn, reading.faults)


class _Reading:
    """Reads the columns to fill in of a row, and notes each that cannot be taken."""

    def __init__(self, cells: Cells, today: datetime.date) -> None:
        self.values: dict[str, str] = {}
        self.is_withdrawn = False
        self.faults: list[tuple[str | None, RefusalKind]] = []
        nationality = cells["correct_nationality"].upper() or cells["nationality"]
        for name in CORRECTABLE:
            text = cells[correction_of(name)]
            if not text:
                continue
            try:
                self.values[name] = value_of(name, text, nationality not in IN_VIETNAM, today)
            except NotTakenError as fault:
                self.faults.append((correction_of(name), fault.kind))
        self._ask_for_passport(nationality, cells)
        self._read_withdrawal(cells["withdraw"])
        if self.values or self.is_withdrawn or self.faults:
            self._read_author(cells, today)

    def _ask_for_passport(self, nationality: str, cells: Cells) -> None:
        """Who turns a foreigner is matched no more: it takes a passport, not only two letters."""
        is_new = nationality not in IN_VIETNAM and cells["nationality"].upper() in IN_VIETNAM
        has_passport = "person_id" in self.values or PASSPORT_LETTER.search(cells["person_id"])
        if is_new and "nationality" in self.values and not has_passport:
            self.faults.append(("correct_person_id", RefusalKind.PASSPORT_MISSING))

    def _read_withdrawal(self, text: str) -> None:
        try:
            self.is_withdrawn = is_withdrawn(text)
        except NotTakenError as fault:
            self.faults.append(("withdraw", fault.kind))
        if self.is_withdrawn and self.values:
            self.faults.append(("withdraw", RefusalKind.CONTRADICTORY))

    def _read_author(self, cells: Cells, today: datetime.date) -> None:
        for name, missing in (
            ("corrected_by", RefusalKind.WHO_MISSING),
            ("corrected_on", RefusalKind.WHEN_MISSING),
        ):
            try:
                if not cells[name]:
                    raise NotTakenError(missing)
                if name == "corrected_on":
                    day_of(cells[name], today)
                else:
                    words_of(cells[name])
            except NotTakenError as fault:
                self.faults.append((name, fault.kind))
