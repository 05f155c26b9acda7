"""The counts of a cleaning run by place, read back, and added up from facilities to the whole country."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from signer.cleaning.board_counts import COUNTS
from signer.cleaning.classes import FAULTS, ShotClass
from signer.cleaning.rows import parquet_batches
from signer.errors import InputUnreadable
from signer.suppression.places import PlaceTree, place_tree
from signer.tables.batches import Batches
from signer.tables.columns import TableKind
from signer.tables.files import open_table

__all__ = [
    "COLUMNS",
    "LEAVES",
    "LEVELS",
    "N_VERIFIED",
    "REFUSED",
    "SHOTS",
    "VERIFIED",
    "read_counts",
    "tree_of",
]

LEVELS = ("country", "province", "district", "facility")
PLACE = LEVELS[1:]
REASONS = tuple(kind.code for kind in ShotClass if kind in FAULTS)
LEAVES = ("matched", "foreigner", *REASONS)
"""The classes: each shot is of one. The first two are verified, with and without the register."""
N_VERIFIED = 2

COLUMNS = (*LEAVES, "verified", "refused", "shots")
"""Classes, the sums of the verified and of the refused ones, and the sum of all."""
VERIFIED, REFUSED, SHOTS = range(len(LEAVES), len(COLUMNS))
MOST_ROWS = 1_000_000
"""Of a table of counts in memory: where names of places are not names, there may be as many as shots."""

COUNTS_TABLE = TableKind(
    what="counts",
    columns=COUNTS,
    name_columns="name the folder that an earlier `signer clean` has made",
    name_files="name the folder that an earlier `signer clean` has made",
)


def read_counts(path: Path) -> pa.Table:
    """A table of COUNTS; without facilities, or districts, where there are more of them than fit memory.

    Raises InputUnreadable, also where something stands in it that no run has written.
    """
    read = parquet_batches(open_table(path, str(path), COUNTS_TABLE), COUNTS)
    for depth in range(len(PLACE), 0, -1):
        table = _summed(_checked(path, read), PLACE[:depth])
        if table is not None:
            return table
    return reduce(_joined, _checked(path, read), COUNTS.empty_table().select(["class", "shots"]))


def _checked(path: Path, read: Batches) -> Iterator[pa.RecordBatch]:
    """The rows, each with all values, a class that there is and a number of shots."""
    advice = COUNTS_TABLE.name_columns
    classes = pa.array(LEAVES, pa.string())
    for batch in read(COUNTS.names):
        for name, column in zip(COUNTS.names, batch.columns, strict=True):
            if column.null_count:
                raise InputUnreadable(f"{path}: column {name} has rows without a value; {advice}")
        if not pc.all(pc.is_in(batch.column("class"), value_set=classes)).as_py() and len(batch):
            raise InputUnreadable(f"{path}: column class has what is no class; {advice}")
        if len(batch) and pc.min(batch.column("shots")).as_py() < 0:
            raise InputUnreadable(f"{path}: column shots has numbers below 0; {advice}")
        yield batch


def _summed(batches: Iterator[pa.RecordBatch], places: tuple[str, ...]) -> pa.Table | None:
    """Counts by these columns and class; None where that is too much."""
    table = COUNTS.empty_table().select([*places, "class", "shots"])
    for batch in batches:
        table = _joined(table, batch)
        if len(table) > MOST_ROWS:
            return None
    return table


def _joined(table: pa.Table, batch: pa.RecordBatch) -> pa.Table:
    names = table.schema.names
    both = pa.concat_tables([table, pa.Table.from_batches([batch]).select(names)])
    summed = both.group_by(names[:-1], use_threads=False).aggregate([("shots", "sum")])
    return summed.rename_columns({"shots_sum": "shots"}).select(names)


def tree_of(counts: pa.Table) -> PlaceTree:
    """The places of a table that `read_counts` gave, in the order of their names; columns are COLUMNS."""
    places = [name for name in PLACE if name in counts.schema.names]
    return place_tree(counts, places, LEAVES, N_VERIFIED)
