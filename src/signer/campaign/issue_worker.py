"""One worker of an issue run: opens the key in its own process, then turns parts of shots into files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from signer import sources
from signer.campaign.issue_parts import IssuePart
from signer.campaign.tables import REFUSED_TABLE, Table, certificates_table, new_table_file
from signer.issuing.issuer import BatchIssuer, open_issuer
from signer.issuing.terms import IssueTerms
from signer.records.pictures import PictureOptions

__all__ = ["IssueWorker", "OpenIssueWorker", "PartCounts"]

ROWS_PER_BATCH = 65_536
ROWS_PER_BATCH_OF_PICTURES = 8_192  # an SVG takes 14 kB or so


@dataclass
class PartCounts:
    """What became of the rows of a part; `bytes` is the size of its files."""

    issued: int = 0
    refused: int = 0
    by_reason: Counter[str] = field(default_factory=Counter)
    by_field: Counter[str] = field(default_factory=Counter)
    bytes: int = 0

    def count(self, certificates: pa.RecordBatch, refused: pa.RecordBatch) -> None:
        self.issued += certificates.num_rows
        self.refused += refused.num_rows
        for counts, column in ((self.by_reason, "reason"), (self.by_field, "field")):
            for entry in pc.value_counts(refused.column(column)).to_pylist():
                counts[entry["values"]] += entry["counts"]

    def add(self, other: PartCounts) -> None:
        self.issued += other.issued
        self.refused += other.refused
        self.by_reason += other.by_reason
        self.by_field += other.by_field
        self.bytes += other.bytes


@dataclass(frozen=True)
class OpenIssueWorker:
    """The order that is sent to a worker: with which terms to sign, and the folder to write below."""

    terms: IssueTerms
    folder: Path

    def __call__(self, report: Callable[[int], None]) -> IssueWorker:
        pa.set_cpu_count(1)  # a process a core: more threads would only get in each other's way
        return IssueWorker(open_issuer(self.terms), self.folder, self.terms.pictures, report)


class IssueWorker:
    """Signs part after part; reports the rows that it is through with."""

    def __init__(
        self,
        issuer: BatchIssuer,
        folder: Path,
        pictures: PictureOptions | None,
        report: Callable[[int], None],
    ) -> None:
        self._issuer = issuer
        self._certificates = certificates_table(pictures)
        self._rows_per_batch = ROWS_PER_BATCH_OF_PICTURES if pictures else ROWS_PER_BATCH
        self._folder = folder
        self._report = report

    def close(self) -> None:
        self._issuer.close()

    def __call__(self, part: IssuePart) -> PartCounts:
        """Writes the part's two files. Raises SignerError; then neither file stands there under its name."""
        paths = [part_path(self._folder, table, part.number) for table in (self._certificates, REFUSED_TABLE)]
        counts = PartCounts()
        done = 0
        with (
            new_table_file(self._certificates, paths[0]) as certificates_file,
            new_table_file(REFUSED_TABLE, paths[1]) as refused_file,
        ):
            for shots in sources.read_part(part.rows, self._rows_per_batch):
                certificates, refused = self._issuer.issue(
                    shots,
                    first_row=part.first_row + done,
                    part=part.number,
                    duplicates=_within(part.duplicates, done, shots.num_rows),
                )
                certificates_file.write(certificates)
                refused_file.write(refused)
                counts.count(certificates, refused)
                done += shots.num_rows
                self._report(done)
        counts.bytes = sum(path.stat().st_size for path in paths)
        return counts


def part_path(folder: Path, table: Table, number: int) -> Path:
    """Where the file of a part stands, such as certificates/part-00000.parquet."""
    return folder / table.folder / f"part-{number:05d}.parquet"


def _within(rows: npt.NDArray[np.int64], first: int, n_rows: int) -> Sequence[int]:
    """The ascending `rows` that fall into a batch, counted from the batch's first."""
    begin, end = np.searchsorted(rows, [first, first + n_rows])
    inside: list[int] = (rows[begin:end] - first).tolist()
    return inside
