"""Lists, for whoever keeps the population register, the persons that it does not know or contradicts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from signer._core import name_keys
from signer.corrections.cell_text import shown
from signer.corrections.csv_text import csv_header, csv_lines, text_of
from signer.corrections.private_files import new_private_file
from signer.corrections.refused_rows import parquet_rows
from signer.corrections.statements import sql_text
from signer.durable import naming, sync_all
from signer.tables.out_of_core import Room, Stream, open_database

__all__ = ["UNVERIFIED_REASONS", "write_unverified_persons"]

UNVERIFIED_REASONS = ("person_not_found", "both_differ", "name_differs", "birth_differs", "number_of_other")
"""Decisive reasons that the register gives."""

COLUMNS = ("person_id", "full_name", "date_of_birth", "sex", "province", "reason")
ROWS = pa.schema([("row", pa.int64()), ("name_key", pa.binary()), *((name, pa.string()) for name in COLUMNS)])
BATCH_ROWS = 50_000


def write_unverified_persons(refused: Path, out_file: Path, room: Room) -> int:
    """Writes a CSV of COLUMNS, mode 0600; gives the number of persons.

    A person is a number with a name, in whatever writing, and a date of birth; each stands there once, as the
    first of the shots has it, in order of numbers. Raises InputUnreadable where `refused` is damaged, and
    StoppedHalfWay where memory or disk do not suffice. Starts threads: do not fork afterwards.
    """
    rows = Stream(ROWS, _unverified(refused))
    n_persons = 0
    with open_database("listing unverified persons", room, [rows]) as database:
        database.register("unverified_rows", rows.reader())
        with naming(out_file), new_private_file(out_file) as file:
            file.write(csv_header(COLUMNS))
            for batch in database.execute(sql_text("unverified_persons")).to_arrow_reader(BATCH_ROWS):
                n_persons += len(batch)
                file.write(text_of(csv_lines(batch, 0)))
    with naming(out_file):
        sync_all([out_file, out_file.parent])
    return n_persons


def _unverified(path: Path) -> Iterator[pa.RecordBatch]:
    row = 0
    for batch in parquet_rows(path, COLUMNS):
        rows = pa.array(np.arange(row, row + len(batch)))
        row += len(batch)
        keys = name_keys(batch.column("full_name")).cast(pa.binary())
        texts = [shown(batch.column(name)) for name in COLUMNS]
        found = pa.RecordBatch.from_arrays([rows, keys, *texts], schema=ROWS)
        reasons = pa.array(UNVERIFIED_REASONS, pa.string())
        yield found.filter(pc.is_in(batch.column("reason"), value_set=reasons))
