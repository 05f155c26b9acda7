"""Finds a uvci that two selected certificates have, over all files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signer.errors import InputUnreadable
from signer.packing.certificate_files import CertificateFile, read_batches
from signer.packing.choosing import NOT_CHOSEN, Choice
from signer.tables.out_of_core import Room
from signer.tables.repeats import first_repeat

__all__ = ["refuse_repeats"]

MEMORY_LIMIT = "300MB"  # DuckDB spills what does not fit


def refuse_repeats(
    files: Sequence[CertificateFile], choice: Choice, temp_directory: Path, threads: int
) -> None:
    """Raises InputUnreadable, naming both files, where two selected certificates have the same uvci.

    They would take each other's name, and nobody could say which of them is to be used. Starts threads: do
    not fork afterwards. Raises StoppedHalfWay where memory and disk do not suffice.
    """
    room = Room(MEMORY_LIMIT, temp_directory, threads)
    found = first_repeat("uvci", lambda: _uvcis(files, choice), room)
    if found:
        raise _repeat(files, *found)


def _uvcis(
    files: Sequence[CertificateFile], choice: Choice
) -> Iterator[tuple[npt.NDArray[np.int64], pa.Array]]:
    """Row and uvci of each selected certificate."""
    for file in files:
        for row, batch in read_batches(file, ["uvci"], choice.row_groups(file)):
            inside = np.flatnonzero(choice.group_of_row[row : row + len(batch)] != NOT_CHOSEN)
            yield inside + row, batch.column(0).take(pa.array(inside))


def _repeat(files: Sequence[CertificateFile], first_row: int, last_row: int) -> InputUnreadable:
    first, last = (
        next(file for file in files if row < file.first_row + file.n_rows) for row in (first_row, last_row)
    )
    return InputUnreadable(
        f"{last.path}: row {last_row - last.first_row} has the same uvci as row {first_row - first.first_row}"
        f" of {first.path}; pack the certificates of each run by themselves"
    )
