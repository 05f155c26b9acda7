"""What a cleaning run leaves besides the two tables: lists, sheets for facilities, counts and the board."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from signer.campaign.clean_inputs import CleanInputs, SetAside
from signer.campaign.clean_tables import write_list
from signer.cleaning import suggest
from signer.cleaning.board import BOARD_COLUMNS, Board, make_board
from signer.cleaning.board_counts import count_shots
from signer.cleaning.board_places import read_counts
from signer.cleaning.writing import private_table
from signer.corrections import (
    CORRECTIONS_TAKEN,
    REFUSED_CORRECTIONS,
    Corrections,
    SheetFormat,
    write_sheets,
    write_unverified_persons,
)
from signer.durable import naming
from signer.tables.out_of_core import Room

__all__ = [
    "WayBack",
    "counts_of",
    "write_board",
    "write_corrections",
    "write_set_aside",
    "write_way_back",
]

log = logging.getLogger(__name__)

COUNTS_NAME = "counts.parquet"
VERIFIED_NAME, REFUSED_NAME, SUGGESTIONS_NAME = "verified.parquet", "refused.parquet", "suggestions.parquet"
NOT_ATTESTED = ("file", "reason", "advice", "province", "district", "facility", "rows")


@dataclass(frozen=True)
class WayBack:
    """How many refused shots somebody is suggested for, files for facilities, persons for the register."""

    suggested: int
    sheets: int
    unverified_persons: int


def write_set_aside(folder: Path, set_aside: Sequence[SetAside]) -> None:
    """Lists the files that are not attested, with their rows by facility. Raises StoppedHalfWay."""
    write_list(folder / "not_attested.csv", NOT_ATTESTED, (row for one in set_aside for row in _listed(one)))


def _listed(one: SetAside) -> list[tuple[object, ...]]:
    why = (one.fault.file, one.fault.kind.code, one.fault.advice)
    if not one.rows:
        return [(*why, None, None, None, None)]
    return [(*why, row.province, row.district, row.facility, row.n_rows) for row in one.rows]


def write_corrections(folder: Path, corrections: Corrections | None) -> None:
    """Writes who corrected what and when, and which corrections were not taken. Raises StoppedHalfWay."""
    taken = CORRECTIONS_TAKEN.empty_table() if corrections is None else corrections.taken
    refused = REFUSED_CORRECTIONS.empty_table() if corrections is None else corrections.refused
    path = folder / "corrections_taken.parquet"
    with naming(path), private_table(path, CORRECTIONS_TAKEN) as table:
        for batch in taken.to_batches():
            table.write(batch)
    write_list(folder / "corrections_refused.csv", REFUSED_CORRECTIONS.names, _rows(refused))


def _rows(table: pa.Table) -> list[tuple[object, ...]]:
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def write_way_back(
    folder: Path, inputs: CleanInputs, sheets: SheetFormat, memory_limit: str, room: Room
) -> WayBack:
    """Writes suggestions, the sheets for facilities and the list for the register's owner.

    `memory_limit` is the process's, that of the `room` the database's.

    Raises InputUnreadable as the population does, StoppedHalfWay and DiskFull.
    """
    refused, suggestions = folder / REFUSED_NAME, folder / SUGGESTIONS_NAME
    found = suggest(
        refused,
        inputs.population,
        suggestions,
        memory_limit=memory_limit,
        threads=room.threads,
        spill=room.temp_directory,
    )
    log.info("writing sheets for facilities")
    n_sheets = write_sheets(refused, suggestions, folder / "corrections", sheets, room)
    n_persons = write_unverified_persons(refused, folder / "unverified_persons.csv", room)
    return WayBack(found.suggested, n_sheets, n_persons)


def counts_of(folder: Path) -> pa.Table:
    """The counts of an earlier run. Raises InputUnreadable."""
    return read_counts(folder / COUNTS_NAME)


def write_board(folder: Path, before: pa.Table | None, room: Room) -> Board:
    """Counts by place and class: exact ones for the next run, and those that everybody may see.

    `before` are the counts of an earlier run. Raises StoppedHalfWay and DiskFull.
    """
    count_shots(folder / VERIFIED_NAME, folder / REFUSED_NAME, folder / COUNTS_NAME, room)
    board = make_board(counts_of(folder), before)
    write_list(folder / "board.csv", BOARD_COLUMNS, board.table())
    return board
