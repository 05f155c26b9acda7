"""Counts the shots of each place and class: exact, so not for the public (`board.py` makes what is)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from signer.cleaning.cleaning import REFUSED_SHOTS
from signer.cleaning.rows import keyed, parquet_batches
from signer.cleaning.rules import number_rules, sql_text
from signer.cleaning.writing import private_table
from signer.durable import naming
from signer.records.schemas import SHOTS
from signer.tables.columns import TableKind
from signer.tables.files import open_table
from signer.tables.out_of_core import Room, Stream, open_database

__all__ = ["COUNTS", "REFUSED", "VERIFIED", "count_shots", "stream_of_shots"]

COUNTS = pa.schema(
    [
        ("province", pa.string()),
        ("district", pa.string()),
        ("facility", pa.string()),
        ("class", pa.string()),
        ("shots", pa.int64()),
    ]
)
"""A row for each place and class that there is; a place that is not given is the empty text."""

PLACE = ("province", "district", "facility")
COUNTED_ROWS = 65_536
VERIFIED = TableKind("verified shots", SHOTS, "", "")
REFUSED = TableKind("refused shots", REFUSED_SHOTS, "", "")


def count_shots(verified: Path, refused: Path, out_file: Path, room: Room) -> None:
    """Writes a table of COUNTS, mode 0600, from verified.parquet and refused.parquet.

    `class` is "matched" or "foreigner" (verified with and without the register), or the decisive reason of a
    refusal. Names of places count as the same however their marks are written and whatever blanks stand
    around them; of what is not attested only those that others name, too. Rows are in the order of their
    texts. Starts threads: do not fork afterwards.

    Raises InputUnreadable where a table is not whole, and StoppedHalfWay or DiskFull.
    """
    streams = {
        "verified_rows": stream_of_shots(verified, VERIFIED, (*PLACE, "person_id", "nationality")),
        "refused_rows": stream_of_shots(refused, REFUSED, (*PLACE, "reason")),
    }
    with open_database("counting shots by place and class", room, list(streams.values())) as database:
        database.execute(number_rules())
        database.execute("CREATE MACRO place_name(text) AS coalesce(nfc_normalize(trim(text)), '')")
        for name, stream in streams.items():
            database.register(name, stream.reader())
        with naming(out_file), private_table(out_file, COUNTS) as table:
            for batch in database.execute(sql_text("board_counts")).to_arrow_reader(COUNTED_ROWS):
                table.write(batch.cast(COUNTS))


def stream_of_shots(path: Path, kind: TableKind, columns: tuple[str, ...]) -> Stream:
    """Those columns of what cleaning has written, as UTF-8 throughout. Raises InputUnreadable."""
    batches = parquet_batches(open_table(path, str(path), kind), kind.columns)
    schema = pa.schema([kind.columns.field(name) for name in columns])

    def readable() -> Iterator[pa.RecordBatch]:
        for batch in batches(columns):
            yield keyed(batch)  # a name that is not UTF-8 would end the database

    return Stream(schema, readable())
