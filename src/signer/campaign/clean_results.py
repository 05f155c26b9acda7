"""What a cleaning run leaves besides the two tables: lists, sheets for facilities, counts and the board."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
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
from signer.tables.memory import database_limit, databases_at_a_time
from signer.tables.out_of_core import Room

__all__ = [
    "WayBack",
    "counts_of",
    "write_corrections",
    "write_set_aside",
    "write_suggestions",
    "write_way_back",
]

COUNTS_NAME = "counts.parquet"
VERIFIED_NAME, REFUSED_NAME, SUGGESTIONS_NAME = "verified.parquet", "refused.parquet", "suggestions.parquet"
NOT_ATTESTED = ("file", "reason", "advice", "province", "district", "facility", "rows")


@dataclass(frozen=True)
class WayBack:
    """How many files there are for facilities and persons for the register's owner, and the board."""

    sheets: int
    unverified_persons: int
    board: Board


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


def write_suggestions(folder: Path, inputs: CleanInputs, memory_limit: str, room: Room) -> int:
    """Writes the likely persons of refused shots; gives how many there are.

    `memory_limit` is the process's, that of the `room` the database's. Raises InputUnreadable as the
    population does, StoppedHalfWay and DiskFull.
    """
    found = suggest(
        folder / REFUSED_NAME,
        inputs.population,
        folder / SUGGESTIONS_NAME,
        memory_limit=memory_limit,
        threads=room.threads,
        spill=room.temp_directory,
    )
    return found.suggested


def write_way_back(
    folder: Path, sheets: SheetFormat, before: pa.Table | None, memory_limit: str, room: Room
) -> WayBack:
    """Writes the sheets for facilities, and the list for the register's owner and the board: beside the
    sheets where `memory_limit`, the process's, suffices for two databases, or else before them.

    `before` are the counts of an earlier run. Raises StoppedHalfWay and DiskFull.
    """
    refused, suggestions = folder / REFUSED_NAME, folder / SUGGESTIONS_NAME
    n_at_a_time = databases_at_a_time(memory_limit)
    share = replace(room, memory_limit=database_limit(memory_limit, n_at_a_time))

    def write_lists() -> tuple[int, Board]:
        n_persons = write_unverified_persons(refused, folder / "unverified_persons.csv", share)
        return n_persons, _write_board(folder, before, share)

    def write_files() -> int:
        return write_sheets(refused, suggestions, folder / "corrections", sheets, share)

    if n_at_a_time == 1:
        n_persons, board = write_lists()
        return WayBack(write_files(), n_persons, board)
    with ThreadPoolExecutor(1) as beside:
        lists = beside.submit(write_lists)
        n_sheets = write_files()
    return WayBack(n_sheets, *lists.result())


def counts_of(folder: Path) -> pa.Table:
    """The counts of an earlier run. Raises InputUnreadable."""
    return read_counts(folder / COUNTS_NAME)


def _write_board(folder: Path, before: pa.Table | None, room: Room) -> Board:
    """Counts by place and class: exact ones for the next run, and those that everybody may see."""
    count_shots(folder / VERIFIED_NAME, folder / REFUSED_NAME, folder / COUNTS_NAME, room)
    board = make_board(counts_of(folder), before)
    write_list(folder / "board.csv", BOARD_COLUMNS, board.table())
    return board
