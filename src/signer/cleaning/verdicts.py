"""The verdicts on shots, row by row in the order of the shots, and how many there are of each kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signer.cleaning.classes import DETAILS, FAULTS, ShotClass, decisive, faults_of
from signer.errors import StoppedHalfWay

__all__ = ["Ints", "VerdictsInOrder"]

Ints = npt.NDArray[np.int64]


class VerdictsInOrder:
    """Hands out the classes and details of the next rows, and counts them."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self._batches = batches
        self._first_row = 0
        self._rows = self._classes = self._details = np.empty(0, np.int64)
        self._counted = Counter[tuple[int, int]]()

    def of_next(self, n_rows: int) -> tuple[Ints, Ints]:
        """For each of the next rows its classes, 0 where there are none, and the number of its detail."""
        classes, details = np.zeros(n_rows, np.int64), np.zeros(n_rows, np.int64)
        end = self._first_row + n_rows
        while not len(self._rows) or self._rows[-1] < end:
            if not self._read_on():
                break
        taken = int(np.searchsorted(self._rows, end))
        places = self._rows[:taken] - self._first_row
        classes[places], details[places] = self._classes[:taken], self._details[:taken]
        self._rows, self._classes = self._rows[taken:], self._classes[taken:]
        self._details = self._details[taken:]
        self._first_row = end
        self._count(classes, details)
        return classes, details

    def _read_on(self) -> bool:
        try:
            batch = next(self._batches, None)
        except (OSError, pa.ArrowException) as error:  # what is left of an error of the database
            raise StoppedHalfWay(f"the verdicts cannot be read: {type(error).__name__}") from error
        if batch is None:
            return False
        detail = batch.column("detail")
        read = (
            batch.column("row").to_numpy(),
            batch.column("classes").to_numpy().astype(np.int64),
            detail.indices.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64),
        )
        held = self._rows, self._classes, self._details
        self._rows, self._classes, self._details = (
            np.concatenate(pair) for pair in zip(held, read, strict=True)
        )
        return True

    def _count(self, classes: Ints, details: Ints) -> None:
        kinds, numbers = np.unique(classes * len(DETAILS) + details, return_counts=True)
        for kind, number in zip(kinds.tolist(), numbers.tolist(), strict=True):
            self._counted[divmod(kind, len(DETAILS))] += number

    def counts(self) -> tuple[int, dict[str, int], dict[str, int], dict[str, dict[str, int]]]:
        """Of what was handed out: foreigners that stay verified, rows by decisive reason, rows by each reason
        that they carry, and rows by decisive reason and detail."""
        refused, carried = ({kind.code: 0 for kind in ShotClass if kind in FAULTS} for _ in range(2))
        details: dict[str, dict[str, int]] = {}
        for (classes, detail), number in sorted(self._counted.items()):
            if not classes & FAULTS:
                continue
            reason = decisive(classes).code
            refused[reason] += number
            for kind in faults_of(classes):
                carried[kind.code] += number
            if detail:
                of_reason = details.setdefault(reason, {})
                of_reason[DETAILS[detail]] = of_reason.get(DETAILS[detail], 0) + number
        return self._counted[int(ShotClass.FOREIGNER), 0], refused, carried, details
