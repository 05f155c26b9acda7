"""The rows of a plan that renews: found again by what the plan says, read part by part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from signer.campaign.plan import Plan, PlannedPart
from signer.errors import RegistryUnreadable
from signer.renewing import read_selected

__all__ = ["CertificatesOfPlan", "ChosenBatch", "RenewPart", "cut_renewal", "night_began", "parts_of_renewal"]

DAY_S = 86_400
ROWS_PER_BATCH = 65_536


@dataclass(frozen=True)
class RenewPart:
    """A range of the rows that a plan has chosen."""

    number: int
    first_row: int
    n_rows: int

    def __str__(self) -> str:
        return f"part {self.number} (certificates {self.first_row} to {self.first_row + self.n_rows - 1})"


def cut_renewal(n_rows: int, rows_per_part: int, kid: bytes) -> tuple[PlannedPart, ...]:
    """The parts of a new plan of so many rows, as equal as can be."""
    n_parts = max(1, -(-n_rows // rows_per_part))
    ends = [n_rows * number // n_parts for number in range(n_parts + 1)]
    return tuple(
        PlannedPart(number, 0, ends[number], ends[number + 1] - ends[number], (), 0, kid.hex())
        for number in range(n_parts)
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
    """Where the rows of a plan stand: `selected` names file and row of each, `files` are the tables' paths.

    Goes to the workers by pickle.
    """

    selected: Path
    files: Sequence[Path]

    def read(self, part: RenewPart, columns: Sequence[str]) -> Iterator[ChosenBatch]:
        """The certificates of a part in their order.

        Raises RegistryUnreadable, naming the file that is missing or damaged.
        """
        row = part.first_row
        for chosen in read_selected(self.selected, part.first_row, part.n_rows):
            files, rows = (chosen.column(name).to_numpy() for name in ("file", "row_in_file"))
            held_back = chosen.column("held_back").to_numpy(zero_copy_only=False)
            first = row
            ends = np.flatnonzero(np.diff(files, append=-1)) + 1
            for begin, end in zip(np.concatenate([[0], ends[:-1]]), ends, strict=True):
                path = self.files[int(files[begin])]
                for batch in _rows_of(path, rows[begin:end], columns):
                    at = slice(row - first, row - first + batch.num_rows)
                    yield ChosenBatch(np.arange(row, row + batch.num_rows), held_back[at], batch)
                    row += batch.num_rows


def _rows_of(path: Path, rows: npt.NDArray[np.int64], columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """The given rows of a file, ascending, a batch for each row group that has one."""
    try:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            sizes = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
            ends = np.cumsum(sizes)
            groups = np.searchsorted(ends, rows, side="right").tolist()
            at = 0
            for group, same in groupby(groups):
                n_rows = len(list(same))
                places = rows[at : at + n_rows] - (ends[group] - sizes[group])
                table = file.read_row_group(group, columns=list(columns), use_threads=False)
                chosen = table.take(pa.array(places)).select(list(columns)).combine_chunks()
                yield from chosen.to_batches(max_chunksize=ROWS_PER_BATCH)
                at += n_rows
    except (OSError, pa.ArrowException, KeyError, IndexError) as error:
        raise RegistryUnreadable(f"{path}: missing or damaged: {error}") from error
