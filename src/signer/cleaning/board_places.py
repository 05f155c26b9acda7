"""The places of a country, from the whole of it down to facilities, with the counts of their shots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from signer.cleaning.board_counts import COUNTS
from signer.cleaning.classes import FAULTS, ShotClass
from signer.cleaning.rows import parquet_batches
from signer.errors import InputUnreadable
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
    "Ints",
    "PlaceTree",
    "read_counts",
    "tree_of",
]

Ints = npt.NDArray[np.int64]

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


@dataclass(frozen=True)
class PlaceTree:
    """Places in rows: the country, then provinces, districts and facilities, children of a place together.

    `names` has province, district and facility of each row, as far as its level goes. `counts` has a column
    for each of COLUMNS. `first_child` and `end_child` are rows; they are equal where there are none.
    """

    names: list[tuple[str, ...]]
    parent: Ints
    first_child: Ints
    end_child: Ints
    counts: Ints

    def level(self, row: int) -> int:
        """Of LEVELS, which one a row is of."""
        return len(self.names[row])


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
    """The places of a table that `read_counts` gave, in the order of their names."""
    places = [name for name in PLACE if name in counts.schema.names]
    rows = counts.sort_by([(name, "ascending") for name in [*places, "class"]])
    columns = [rows[name].to_pylist() for name in places]
    names: list[tuple[str, ...]] = [()]
    for depth in range(len(places)):
        names += dict.fromkeys(zip(*columns[: depth + 1], strict=True))
    row_of = {name: row for row, name in enumerate(names)}
    parent = np.array([0, *(row_of[name[:-1]] for name in names[1:])], np.int64)
    return PlaceTree(names, parent, *_children(parent), _counted(rows, columns, row_of, parent))


def _children(parent: Ints) -> tuple[Ints, Ints]:
    """The first child of each place, and the row behind its last: parents ascend from row 1 on."""
    rows = np.arange(len(parent))
    first, end = (1 + np.searchsorted(parent[1:], rows, side) for side in ("left", "right"))
    return first.astype(np.int64), end.astype(np.int64)


def _counted(
    rows: pa.Table, columns: list[list[str]], row_of: dict[tuple[str, ...], int], parent: Ints
) -> Ints:
    counts = np.zeros((len(parent), len(COLUMNS)), np.int64)
    at = np.array(
        [row_of[name] for name in zip(*columns, strict=True)] if columns else [0] * len(rows), np.int64
    )
    leaf_of = {name: leaf for leaf, name in enumerate(LEAVES)}
    leaf = np.array([leaf_of[name] for name in rows["class"].to_pylist()], np.int64)
    np.add.at(counts, (at, leaf), rows["shots"].to_numpy())
    for row in range(len(parent) - 1, 0, -1):
        counts[parent[row]] += counts[row]
    counts[:, VERIFIED] = counts[:, :N_VERIFIED].sum(axis=1)
    counts[:, REFUSED] = counts[:, N_VERIFIED:VERIFIED].sum(axis=1)
    counts[:, SHOTS] = counts[:, VERIFIED] + counts[:, REFUSED]
    return counts
