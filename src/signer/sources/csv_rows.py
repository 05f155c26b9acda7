"""Reads the rows of a CSV file in order; one with a wrong number of columns keeps its place, with nulls."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from signer.errors import InputUnreadable
from signer.records.schemas import SHOTS
from signer.sources.csv_batches import csv_batches
from signer.sources.csv_header import Header

__all__ = ["read_rows"]

BLOCK_BYTES = 4 << 20
HEADER_ROWS = 1

# The reader's complaint of a row of wrong length. As such rows are skipped, it complains only of one whose
# text it could not decode to show it to us.
BROKEN_ROW = re.compile(r"Row #([0-9]+): Expected")


class _BrokenRows:
    """Rows of too few or too many columns, left out by the reader: their places and, if legible, shot_ids."""

    def __init__(self, path: Path, header: Header) -> None:
        self._path, self._header = path, header
        self._id_column = header.names.index("shot_id")
        others = [f"other {place}" for place in range(len(header.names) - len(SHOTS))]
        self.schema = pa.schema([(name, pa.binary()) for name in [*SHOTS.names, *others]])
        self._rows: list[int] = []
        self._shot_ids: list[bytes | None] = []
        self.fault: InputUnreadable | None = None

    def note(self, broken: pa_csv.InvalidRow) -> str:
        """Called by the reader; `number` counts rows from 1, the header among them."""
        row = broken.number - 1 - HEADER_ROWS
        if "\n" in broken.text or "\r" in broken.text:
            self.fault = self.fault or line_break_inside(self._path, row)
        self._rows.append(row)
        self._shot_ids.append(self._shot_id(broken.text))
        return "skip"

    def _shot_id(self, text: str) -> bytes | None:
        try:
            values = next(csv.reader([text], delimiter=self._header.separator), [])
        except csv.Error:
            return None
        return values[self._id_column].encode() if self._id_column < len(values) else None

    def merged(self, batch: pa.RecordBatch, first_row: int) -> pa.RecordBatch:
        """The batch, which begins at row `first_row`, with the broken rows before, in and right behind it."""
        if not self._rows:
            return batch
        places = np.array(self._rows) - first_row
        n_broken = int(np.count_nonzero(places - np.arange(len(places)) <= len(batch)))
        is_broken = np.zeros(len(batch) + n_broken, dtype=bool)
        is_broken[places[:n_broken]] = True
        source = np.empty(len(is_broken), dtype=np.int64)
        source[~is_broken] = np.arange(len(batch))
        source[is_broken] = len(batch) + np.arange(n_broken)
        broken = self._take(n_broken)
        return pa.RecordBatch.from_arrays(
            [
                pa.concat_arrays(pair).take(pa.array(source))
                for pair in zip(batch.columns, broken.columns, strict=True)
            ],
            schema=self.schema,
        )

    def no_rows(self) -> pa.RecordBatch:
        return pa.RecordBatch.from_arrays([pa.array([], pa.binary())] * len(self.schema), schema=self.schema)

    def ordered(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The columns of the file with those of the shots schema first."""
        ours = [self._header.names.index(name) for name in SHOTS.names]
        others = [place for place in range(batch.num_columns) if place not in ours]
        return pa.RecordBatch.from_arrays(
            [batch.column(place) for place in [*ours, *others]], schema=self.schema
        )

    def _take(self, n_broken: int) -> pa.RecordBatch:
        shot_ids, self._shot_ids = self._shot_ids[:n_broken], self._shot_ids[n_broken:]
        self._rows = self._rows[n_broken:]
        nulls = [pa.nulls(n_broken, pa.binary())] * (len(self.schema) - 1)
        return pa.RecordBatch.from_arrays([pa.array(shot_ids, pa.binary()), *nulls], schema=self.schema)


def line_break_inside(path: Path, row: int) -> InputUnreadable:
    """The error for a line break within quotes."""
    return InputUnreadable(
        f"{path}: row {row} has a line break inside quotes; close its quotation mark or take the break out"
    )


def _open(path: Path, header: Header, broken: _BrokenRows) -> pa_csv.CSVStreamingReader:
    return pa_csv.open_csv(
        path,
        read_options=pa_csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES),
        parse_options=pa_csv.ParseOptions(
            delimiter=header.separator, newlines_in_values=True, invalid_row_handler=broken.note
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(header.names, pa.binary()),
            strings_can_be_null=False,
            check_utf8=False,
        ),
    )


def read_rows(path: Path, header: Header) -> Iterator[pa.RecordBatch]:
    """All rows as binary columns, those of the shots schema first and in its order, every row in its place.

    The other columns come too: a quotation mark left open in one of them swallows rows just the same.

    Raises InputUnreadable with file and row where the file cannot be read on.
    """
    broken = _BrokenRows(path, header)
    row = 0
    try:
        for batch in csv_batches(lambda: _open(path, header, broken), broken.note):
            if broken.fault:
                break
            merged = broken.merged(broken.ordered(batch), row)
            row += len(merged)
            yield merged
    except (OSError, EOFError, pa.ArrowException) as error:
        raise _unreadable(path, row, error) from error
    if broken.fault:
        raise broken.fault
    yield broken.merged(broken.no_rows(), row)


def _unreadable(path: Path, row: int, error: BaseException) -> InputUnreadable:
    if "straddling" in str(error):
        return InputUnreadable(
            f"{path}: a quotation mark behind row {row} is not closed, or a row is over {BLOCK_BYTES} bytes"
        )
    broken_row = BROKEN_ROW.search(str(error))
    if broken_row:
        at = int(broken_row[1]) - 1 - HEADER_ROWS
        return InputUnreadable(f"{path}: row {at} is not in UTF-8; save it as UTF-8")
    if path.name.lower().endswith(".gz"):
        return InputUnreadable(f"{path}: damaged or cut short behind row {row}; copy it again")
    return InputUnreadable(f"{path}: cannot be read on behind row {row}; check the file")
