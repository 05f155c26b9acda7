"""Holds what was filled in against the shots as they are: taken, or refused with a reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import duckdb
import numpy as np
import pyarrow as pa

from signer.corrections.cell_text import shown
from signer.corrections.field_lists import column_of, lists_of
from signer.corrections.filled_file import FILLED_ROWS, FilledFile
from signer.corrections.refusals import Refusal, RefusalKind
from signer.corrections.sheet_columns import AS_IT_IS, CORRECTABLE, PLACE
from signer.corrections.statements import sql_text
from signer.records.schemas import SHOTS
from signer.tables.batches import Batches
from signer.tables.digests import Digester, SortedDigests

__all__ = ["CORRECTIONS_TAKEN", "PATCHES", "Settling"]

CORRECTIONS_TAKEN = pa.schema(
    [
        ("shot_id", pa.string()),
        ("field", pa.string()),
        ("value_before", pa.string()),
        ("value_after", pa.string()),
        ("corrected_by", pa.string()),
        ("corrected_on", pa.date32()),
        ("file", pa.string()),
        ("row", pa.int64()),
    ]
)
"""A row a field; "withdraw" is one too, from null to "yes". `row` as a spreadsheet numbers it."""

PATCHES = pa.schema(
    [("shot_id", pa.string()), *(SHOTS.field(name) for name in CORRECTABLE), ("withdrawn", pa.bool_())]
)
"""What becomes of shots; null where a field stays as it is."""

FILLED = pa.schema([("folder", pa.int32()), ("file", pa.int32()), *FILLED_ROWS])
READ = ("shot_id", *PLACE, *AS_IT_IS)
LISTS = pa.list_(pa.string())
PRESENT = pa.schema([("shot_id", pa.string()), ("place", LISTS), ("told", LISTS)])
FIELDS_IN_ORDER = f"CREATE MACRO fields() AS {list(AS_IT_IS)};"
TOUCHED = "SELECT shot_id, patch, withdrawn FROM present WHERE touched ORDER BY shot_id"
BATCH_ROWS = 20_000

FIELDS = {
    RefusalKind.CONTRADICTORY: None,
    RefusalKind.UNKNOWN_SHOT: "shot_id",
    RefusalKind.REPEATED_SHOT: "shot_id",
    RefusalKind.OTHER_FACILITY: "facility",
}
"""The field that is named, where it is not that which is stale."""

REWRITTEN_NUMBER = re.compile(r"[0-9]([.,][0-9]+)?[Ee]\+?[0-9]+")
REWRITTEN_DAY = re.compile(r"(?![0-9]{4}-[0-9]{2}-[0-9]{2}$)[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{2,4}.*")


class Settling:
    """Takes filled files, then the shots, then settles folder by folder, in this order."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database
        self._files: list[str] = []
        self._n_folders = 0
        self._waiting: list[pa.RecordBatch] = []
        self._n_waiting = 0
        database.execute(FIELDS_IN_ORDER + sql_text("filled_tables"))

    def add(self, folder: int, filled: FilledFile) -> None:
        """Takes the rows of a file; those of a later folder see the shots as an earlier one leaves them."""
        self._files.append(filled.file)
        self._n_folders = max(self._n_folders, folder + 1)
        for rows in filled.batches():
            numbers = [
                pa.repeat(pa.scalar(number, pa.int32()), len(rows))
                for number in (folder, len(self._files) - 1)
            ]
            self._waiting.append(pa.RecordBatch.from_arrays([*numbers, *rows.columns], schema=FILLED))
        self._n_waiting += filled.n_rows
        if self._n_waiting >= BATCH_ROWS:
            self._insert()

    def _insert(self) -> None:
        if self._waiting:
            filled = pa.Table.from_batches(self._waiting)
            self._run_with(filled, "INSERT INTO filled SELECT * FROM batch")
            self._waiting, self._n_waiting = [], 0

    def _run_with(self, batch: pa.Table, statement: str) -> None:
        self._database.register("batch", batch)
        self._database.execute(statement)
        self._database.unregister("batch")

    def look_up(self, shots: Iterable[Batches], digester: Digester) -> None:
        """Finds the shots that are to be corrected."""
        self._insert()
        wanted = self._database.execute("SELECT DISTINCT shot_id FROM filled ORDER BY ALL").to_arrow_table()
        shot_ids = wanted.column(0).combine_chunks()
        if len(shot_ids):
            lookup = SortedDigests(digester(shot_ids.cast(pa.binary())))
            for batches in shots:
                for batch in batches(READ):
                    self._keep(batch, lookup, digester)
        self._database.execute(sql_text("present"))

    def _keep(self, batch: pa.RecordBatch, lookup: SortedDigests, digester: Digester) -> None:
        _, rows = lookup.find(digester(batch.column("shot_id").cast(pa.binary())))
        if len(rows):
            shot_id, *fields = map(shown, batch.take(pa.array(np.unique(rows))).columns)
            place, told = lists_of(fields[: len(PLACE)]), lists_of(fields[len(PLACE) :])
            found = pa.Table.from_arrays([shot_id, place, told], schema=PRESENT)
            self._run_with(found, "INSERT INTO found SELECT * FROM batch")

    def settle(self) -> list[Refusal]:
        """Takes what can be taken, folder after folder; gives what is refused."""
        refusals: list[Refusal] = []
        for folder in range(self._n_folders):
            self._database.execute(sql_text("judged"), {"folder": folder})
            refusals += self._refused()
            self._database.execute(sql_text("take"))
        return refusals

    def _refused(self) -> Iterator[Refusal]:
        for file, row, fault, stale, cell, now, other_file, other_row in self._database.execute(
            sql_text("not_taken")
        ).fetchall():
            kind = RefusalKind(fault)
            if kind is RefusalKind.STALE and _is_rewritten(cell, now):
                kind = RefusalKind.REWRITTEN
            advice = (
                f"{kind.advice}; see {self._files[other_file]}, row {other_row}"
                if kind is RefusalKind.CONTRADICTORY
                else ""
            )
            yield Refusal(self._files[file], row, stale if fault == "stale" else FIELDS[kind], kind, advice)

    def taken(self) -> pa.Table:
        """CORRECTIONS_TAKEN, in order of folders, files, rows and fields."""
        found = self._database.execute(sql_text("taken")).to_arrow_table()
        names = pa.array(self._files, pa.string()).take(found["file"].combine_chunks())
        return found.set_column(6, "file", names).cast(CORRECTIONS_TAKEN)

    def patches(self) -> pa.Table:
        """PATCHES, in order of shot_ids."""
        shot_id, patch, withdrawn = self._database.execute(TOUCHED).to_arrow_table().combine_chunks().columns
        values = [column_of(patch, AS_IT_IS.index(name)) for name in CORRECTABLE]
        return pa.table([shot_id, *values, withdrawn], PATCHES.names).cast(PATCHES)


def _is_rewritten(cell: str, present: str) -> bool:
    """Whether a cell differs as a spreadsheet makes it, and the shot may say what it said."""
    is_number = present.isdigit() and (present.lstrip("0") == cell or REWRITTEN_NUMBER.fullmatch(cell))
    return bool(is_number or (REWRITTEN_DAY.fullmatch(cell) and cell != present))
