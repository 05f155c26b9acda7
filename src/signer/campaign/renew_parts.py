"""The rows of a plan that renews: found again by what the plan says, read part by part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from signer.campaign.plan import Plan, PlannedPart
from signer.errors import RegistryUnreadable
from signer.registry import FileKey
from signer.registry.checking import open_authentic
from signer.registry.reading import CommittedFile
from signer.renewing import read_selected

__all__ = ["CertificatesOfPlan", "ChosenBatch", "RenewPart", "cut_renewal", "night_began", "parts_of_renewal"]

ROWS_PER_BATCH = 1 << 15  # some 20 MB; measured: of fewer the price of each is felt, more leave the cache
FEWEST_ROWS = 1 << 10
"""What is read at a time and less than that waits for more: each batch has its price, and so has joining."""


@dataclass(frozen=True)
class RenewPart:
    """A range of the rows that a plan has chosen."""

    number: int
    first_row: int
    n_rows: int

    def __str__(self) -> str:
        return f"part {self.number} (certificates {self.first_row} to {self.first_row + self.n_rows - 1})"


def cut_renewal(rows_of_files: Sequence[int], rows_per_part: int, kid: bytes) -> tuple[PlannedPart, ...]:
    """The parts of a new plan, which chooses so many rows of each of its files.

    A part ends with a file where it has half its rows by then: where one goes on, two would read the file.
    """
    ends = [0]
    for end in np.cumsum(rows_of_files).tolist():
        n_rows, begin = end - ends[-1], ends[-1]
        if 2 * n_rows >= rows_per_part:
            n_parts = -(-n_rows // rows_per_part)
            ends += [begin + n_rows * number // n_parts for number in range(1, n_parts + 1)]
    ends += [n for n in [sum(rows_of_files)] if n > ends[-1]]
    return tuple(
        PlannedPart(number, 0, begin, end - begin, (), 0, kid.hex())
        for number, (begin, end) in enumerate(pairwise(ends))
    )


def parts_of_renewal(plan: Plan) -> list[RenewPart]:
    return [RenewPart(part.number, part.first_row, part.n_rows) for part in plan.parts]


def night_began(night: str, utc_offset_minutes: int) -> int:
    """The first second of the issuer's local date `night` (ISO 8601), in seconds since 1970."""
    midnight = datetime.fromisoformat(night).replace(tzinfo=UTC)
    return int(midnight.timestamp()) - 60 * utc_offset_minutes


@dataclass(frozen=True)
class ChosenBatch:
    """Certificates to renew: the numbers of their rows in the run, and whether they were refused before."""

    rows: npt.NDArray[np.int64]
    held_back: npt.NDArray[np.bool_]
    certificates: pa.RecordBatch


@dataclass(frozen=True)
class CertificatesOfPlan:
    """Where the rows of a plan stand: `selected` names file and row of each, `files` are the table's.

    None is read that was not written under the issuer's `key`. Goes to the workers by pickle.
    """

    selected: Path
    files: Sequence[CommittedFile]
    key: FileKey

    def read(self, part: RenewPart, columns: Sequence[str]) -> Iterator[ChosenBatch]:
        """The certificates of a part in their order, from however many files a batch gathers them.

        Raises RegistryUnreadable, naming the file that is missing, damaged or not the issuer's own.
        """
        row = part.first_row
        for held_back, certificates in _gathered(self._pieces(part, columns)):
            n_rows = certificates.num_rows
            yield ChosenBatch(np.arange(row, row + n_rows), held_back, certificates)
            row += n_rows

    def _pieces(self, part: RenewPart, columns: Sequence[str]) -> Iterator[_Piece]:
        """As they lie in the files; whether they are held back, and they."""
        chosen = read_selected(self.selected, part.first_row, part.n_rows)
        files, rows, held_back = (
            chosen.column(name).to_numpy() for name in ("file", "row_in_file", "held_back")
        )
        begin = 0
        for end in np.flatnonzero(np.diff(files, append=-1)) + 1:
            for batch in self._rows_of(self.files[int(files[begin])], rows[begin:end], columns):
                yield held_back[begin : begin + batch.num_rows], batch
                begin += batch.num_rows

    def _rows_of(
        self, file: CommittedFile, rows: npt.NDArray[np.int64], columns: Sequence[str]
    ) -> Iterator[pa.RecordBatch]:
        try:
            with (
                open_authentic(file, self.key) as path,
                # Mapped, as it was just read. Cut short meanwhile, it kills the worker: no part counts then.
                pq.ParquetFile(path, memory_map=True, pre_buffer=False) as opened,
            ):
                yield from _rows_at(opened, rows, list(columns))
        except (OSError, pa.ArrowException, KeyError, IndexError) as error:
            raise RegistryUnreadable(f"{file.path}: missing or damaged: {error}") from error


_Piece = tuple[npt.NDArray[np.bool_], pa.RecordBatch]


def _gathered(pieces: Iterator[_Piece]) -> Iterator[_Piece]:
    """The same rows, in pieces of FEWEST_ROWS and more."""
    gathered, n_rows = list[_Piece](), 0
    for piece in pieces:
        gathered.append(piece)
        n_rows += len(piece[0])
        if n_rows >= FEWEST_ROWS:
            yield _joined(gathered)
            gathered, n_rows = [], 0
    if gathered:
        yield _joined(gathered)


def _joined(pieces: Sequence[_Piece]) -> _Piece:
    if len(pieces) == 1:
        return pieces[0]
    held_back, certificates = zip(*pieces, strict=True)
    return np.concatenate(held_back), pa.concat_batches(certificates)


def _rows_at(
    file: pq.ParquetFile, rows: npt.NDArray[np.int64], columns: list[str]
) -> Iterator[pa.RecordBatch]:
    """The given rows of a file, ascending, in batches of which none is empty."""
    sizes = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
    ends = np.cumsum(sizes)
    in_groups = np.diff(np.searchsorted(rows, ends), prepend=0)
    if rows.max() >= ends[-1]:
        raise IndexError(f"has no row {rows.max()}")
    for group in np.flatnonzero(in_groups).tolist():
        first = int(ends[group]) - sizes[group]
        for batch in file.iter_batches(ROWS_PER_BATCH, [group], columns, use_threads=False):
            begin, end = np.searchsorted(rows, [first, first + batch.num_rows])
            if 0 < end - begin < batch.num_rows:
                yield batch.take(pa.array(rows[begin:end] - first)).select(columns)
            elif end > begin:
                yield batch.select(columns)
            first += batch.num_rows
