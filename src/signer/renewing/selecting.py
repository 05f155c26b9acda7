"""Chooses the certificates to renew, and puts down where they stand."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["DueCertificates", "Selected", "read_selected"]

QUERIES = resources.files("signer.renewing") / "sql"
SELECTED = pa.schema([("file", pa.int64()), ("row_in_file", pa.int64()), ("held_back", pa.bool_())])
ROWS_PER_GROUP = 1 << 16
FILE_SHIFT = 40  # a place in one number: 23 bits of file, 39 of row, the lowest whether it was held back
WRITTEN_PLAIN = {"compression": "none", "use_dictionary": False, "write_statistics": False}


@dataclass(frozen=True)
class Selected:
    """How many rows were chosen, the SHA-256 (hex) over their places, and how many are of which file.

    Of the rows `n_held_back` are tried once more, as their renewal has been refused before. Files are told by
    their number, in ascending order.
    """

    n_rows: int
    n_held_back: int
    sha256: str
    rows_of_files: Mapping[int, int]


class DueCertificates:
    """The certificates in force that expire by `due_by` and were signed before `night_began`.

    Those whose renewal has been refused since they were signed are not counted: they may be for ever.
    Times are in seconds since 1970; `database` has the views of a registry, and is asked once.
    """

    def __init__(self, database: duckdb.DuckDBPyConnection, due_by: int, night_began: int) -> None:
        self._database, self._night_began = database, night_began
        database.execute(_query("gather_due"), {"due_by": due_by, "night_began": night_began})

    def by_night(self, due_tonight: int, n_nights: int) -> npt.NDArray[np.int64]:
        """How many have which of the coming nights as their last; the first is tonight.

        Those that expire by `due_tonight` must be renewed tonight, and those that expire up to so many days
        later, so many nights later.
        """
        return self._counted("due_by_night", n_nights, due_tonight=due_tonight)

    def signed_tonight(self, due_tonight: int, n_nights: int) -> npt.NDArray[np.int64]:
        """The same of those that are not renewed tonight, as they were signed in it; whenever they expire."""
        return self._counted(
            "signed_tonight", n_nights, due_tonight=due_tonight, night_began=self._night_began
        )

    def _counted(self, question: str, n_nights: int, **numbers: int) -> npt.NDArray[np.int64]:
        found = self._database.execute(_query(question), numbers).fetchnumpy()
        counts = np.zeros(n_nights, np.int64)
        is_near = np.asarray(found["night"]) < n_nights
        counts[found["night"][is_near]] = found["certificates"][is_near]
        return counts

    def n_expired(self, now: int) -> int:
        """How many have expired before they were renewed."""
        return self._number("SELECT count(*) FROM due WHERE exp <= $now AND NOT held_back", now=now)

    def select(self, n_most: int, due_tonight: int, out: Path) -> Selected:
        """Writes to `out` where those stand that expire soonest, in the order of files and rows.

        With the `n_most` come those that were refused before and expire by `due_tonight`.

        The same registry and numbers give the same rows. Raises OSError.
        """
        digest, rows_of_files, n_held_back = hashlib.sha256(), Counter[int](), 0
        numbers = {"due_tonight": due_tonight}
        if n_most < self._n_due():
            chosen = self._database.execute(_query("soonest"), {"n_most": n_most, **numbers})
        else:  # none is left out: the order in which they expire is of no use
            chosen = self._database.execute(_query("all_due"), numbers)
        with pq.ParquetWriter(out, SELECTED, **WRITTEN_PLAIN) as writer:
            for batch in chosen.to_arrow_reader(ROWS_PER_GROUP):
                writer.write_batch(batch.cast(SELECTED), row_group_size=ROWS_PER_GROUP)
                files, rows, held_back = (column.to_numpy(zero_copy_only=False) for column in batch.columns)
                digest.update((files << FILE_SHIFT | rows << 1 | held_back).astype("<i8", copy=False))
                n_held_back += int(held_back.sum())
                named, counts = np.unique(files, return_counts=True)
                rows_of_files.update(dict(zip(named.tolist(), counts.tolist(), strict=True)))
        return Selected(rows_of_files.total(), n_held_back, digest.hexdigest(), rows_of_files)

    def _n_due(self) -> int:
        return self._number("SELECT count(*) FROM due WHERE NOT held_back")

    def _number(self, question: str, **numbers: int) -> int:
        return int(self._database.execute(question, numbers).fetchall()[0][0])


def _query(name: str) -> str:
    return (QUERIES / f"{name}.sql").read_text("utf-8")


def read_selected(path: Path, first_row: int, n_rows: int) -> pa.Table:
    """The chosen rows of that range, with the columns of SELECTED. Raises OSError."""
    with pq.ParquetFile(path) as file:
        sizes = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
        ends = np.cumsum(sizes)
        first, last = np.searchsorted(ends, [first_row, first_row + n_rows - 1], side="right")
        groups = file.read_row_groups(range(first, last + 1))
        return groups.slice(first_row - int(ends[first] - sizes[first]), n_rows)
