"""Writes refused shots back to the facilities that can correct them: a file a facility."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from importlib.util import find_spec
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Literal

from signer.corrections.csv_sheets import CSV
from signer.corrections.explanation import README_NAME, explanation
from signer.corrections.place_names import place_names
from signer.corrections.private_files import new_private_file, sync_folder
from signer.corrections.refused_rows import Facility, sorted_rows
from signer.corrections.sheet_format import Format
from signer.durable import naming
from signer.errors import OutputUnwritable
from signer.tables.out_of_core import Room

__all__ = ["SheetFormat", "check_format", "write_sheets"]

SheetFormat = Literal["csv", "xlsx"]

NO_PROVINCE, NO_DISTRICT, NO_FACILITY = "_no_province", "_no_district", "_no_facility"


def write_sheets(
    refused: Path, suggestions: Path | None, folder: Path, sheet_format: SheetFormat, room: Room
) -> int:
    """Writes `folder`/<province>/<district>/<facility>.csv or .xlsx and README.txt; gives the number of files
    of facilities.

    `folder` must not be there. Files are 0600 in folders 0700. Those in CSV are a function of the two tables.
    Starts threads: do not fork afterwards. Raises OutputUnwritable where the format takes an extra,
    InputUnreadable where a table is damaged, and StoppedHalfWay where memory or disk do not suffice; then the
    folder is not whole.
    """
    form = check_format(sheet_format)
    with sorted_rows(refused, suggestions, room) as rows:
        paths = dict(zip(rows.facilities, _paths(rows.facilities), strict=True))
        n_shots = sum(facility.n_rows for facility in rows.facilities)
        with naming(folder), new_private_file(folder / README_NAME) as file:
            file.write(explanation(n_shots, len(paths)).encode())
        with closing(rows.by_facility(form.written)) as facilities:
            for facility, batches in facilities:
                path = folder / paths[facility].with_name(f"{paths[facility].name}.{sheet_format}")
                with naming(path), new_private_file(path) as file:
                    form.write(file, facility, batches)
    with naming(folder):
        sync_folder(folder)
    return len(paths)


def check_format(sheet_format: SheetFormat) -> Format:
    """How a format is written. Raises OutputUnwritable where it takes an extra that is not installed."""
    if sheet_format == "csv":
        return CSV
    if find_spec("openpyxl") is None:
        raise OutputUnwritable("xlsx needs openpyxl: install signer with its extra [sheets], or take csv")
    from signer.corrections.xlsx_sheets import XLSX  # noqa: PLC0415 (needs the extra, this file does not)

    return XLSX


def _paths(facilities: Sequence[Facility]) -> Iterator[Path]:
    """Of each facility, sorted by place, province/district/facility without an ending."""
    provinces = place_names((one.province for one in facilities), NO_PROVINCE)
    for province, in_province in groupby(facilities, attrgetter("province")):
        within = list(in_province)
        districts = place_names((one.district for one in within), NO_DISTRICT)
        for district, in_district in groupby(within, attrgetter("district")):
            here = list(in_district)
            names = place_names((one.facility for one in here), NO_FACILITY)
            for one in here:
                yield Path(provinces[province], districts[district], names[one.facility])
