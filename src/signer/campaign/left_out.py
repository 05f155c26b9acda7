"""Which rows of a part get no certificate of this run, and which replace an earlier one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from signer.campaign.issue_parts import IssuePart
from signer.campaign.row_list import ListedRows, RowList

__all__ = ["EARLIER_DOSE", "NEWER", "NOTHING_LEFT_OUT", "REVOKED", "UNCHANGED", "Chosen", "LeftOut"]

UNCHANGED = "unchanged"
"""The shot stands in the registry, and its certificate would say the same."""
NEWER = "newer"
"""Another plan has issued the shot while this one lay undone."""
REVOKED = "revoked"
"""The shot's certificate is revoked: it gets no other one, corrected or not, until that is undone."""
EARLIER_DOSE = "earlier_dose"
"""The person has a later dose among the shots of the run."""

UvcisOf = Callable[[pa.RecordBatch], pa.StringArray]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Chosen:
    """The rows of a batch to issue for, `rows` being their numbers in it; `duplicates` count within them.

    `supersedes` has a line a row, or is None where none replaces anything; `skipped` counts the others.
    """

    shots: pa.RecordBatch
    rows: Rows
    duplicates: list[int]
    supersedes: pa.StringArray | None = None
    skipped: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class LeftOut:
    """What a whole run leaves out, as it is sent to the workers."""

    known: RowList
    earlier: RowList

    def of(self, part: IssuePart, uvcis_of: UvcisOf) -> PartChooser:
        """What it leaves out of a part; `uvcis_of` gives the UVCIs that rows would get."""
        return PartChooser(self, part, uvcis_of)


NOTHING_LEFT_OUT = LeftOut(RowList(None), RowList(None))


class PartChooser:
    """Goes through the batches of one part."""

    def __init__(self, left_out: LeftOut, part: IssuePart, uvcis_of: UvcisOf) -> None:
        self._duplicates = part.duplicates
        self._known = left_out.known.of(part)
        self._earlier = left_out.earlier.of(part).rows
        self._uvcis_of = uvcis_of

    def choose(self, shots: pa.RecordBatch, first: int) -> Chosen:
        """Chooses from the batch that begins at row `first` of the part."""
        n_rows = shots.num_rows
        duplicates = _within(self._duplicates, first, n_rows)
        earlier = _within(self._earlier, first, n_rows)
        known = self._known.within(first, n_rows)
        if not len(earlier) and not len(known.rows):
            return Chosen(shots, np.arange(n_rows), duplicates.tolist())
        skipped = self._skipped(shots, known, earlier)
        rows = np.setdiff1d(np.arange(n_rows), np.concatenate([earlier, *skipped.values()]))
        return Chosen(
            shots=shots.take(pa.array(rows)),
            rows=rows,
            duplicates=np.searchsorted(rows, duplicates).tolist(),
            supersedes=known.uvcis.take(pc.index_in(pa.array(rows), pa.array(known.rows))),
            skipped=Counter({name: len(of) for name, of in skipped.items()} | {EARLIER_DOSE: len(earlier)}),
        )

    def _skipped(self, shots: pa.RecordBatch, known: ListedRows, earlier: Rows) -> dict[str, Rows]:
        """By reason the known rows that need no certificate, without the `earlier`.

        One that is to be refused is not among them: what is refused must not depend on what others issue.
        """
        again = shots.take(pa.array(known.rows)).append_column("supersedes", known.supersedes)
        uvcis = self._uvcis_of(again)  # as if they were made once more in the place where they stand
        is_good = np.asarray(pc.is_valid(uvcis))
        is_revoked = is_good & known.is_revoked
        is_newer = is_good & ~is_revoked & np.asarray(pc.is_null(known.uvcis))
        is_unchanged = np.asarray(pc.equal(uvcis, known.uvcis).fill_null(False)) & ~is_revoked
        of_reason = {UNCHANGED: is_unchanged, NEWER: is_newer, REVOKED: is_revoked}
        return {reason: np.setdiff1d(known.rows[which], earlier) for reason, which in of_reason.items()}


def _within(rows: Rows, first: int, n_rows: int) -> Rows:
    """The ascending `rows` that fall into a batch, counted from the batch's first."""
    begin, end = np.searchsorted(rows, [first, first + n_rows])
    return rows[begin:end] - first
