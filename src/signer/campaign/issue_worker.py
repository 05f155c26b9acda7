"""One worker of an issue run: opens the key in its own process, then turns parts of shots into files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from signer import sources
from signer.campaign.issue_destinations import Destination, PartPlace
from signer.campaign.issue_parts import IssuePart
from signer.campaign.left_out import LeftOut
from signer.campaign.tables import REFUSED_TABLE, certificates_table, open_table_file
from signer.issuing.issuer import BatchIssuer, open_issuer
from signer.issuing.terms import IssueTerms
from signer.registry import PartFiles

__all__ = ["IssueWorker", "IssuedPart", "OpenIssueWorker", "PartCounts"]

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
        self.count_refused(refused)

    def count_refused(self, refused: pa.RecordBatch) -> None:
        if not refused.num_rows:
            return
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
class IssuedPart:
    """A part that is done; `files` are those to be committed where it was written to a registry."""

    counts: PartCounts
    files: PartFiles | None


@dataclass(frozen=True)
class OpenIssueWorker:
    """The order that is sent to a worker: with which terms to sign, where to write and what to leave out."""

    terms: IssueTerms
    destination: Destination
    left_out: LeftOut

    def __call__(self, report: Callable[[int], None]) -> IssueWorker:
        pa.set_cpu_count(1)  # a process a core: more threads would only get in each other's way
        place = self.destination.open()
        return IssueWorker(self.terms, open_issuer(self.terms), place, self.left_out, report)


class IssueWorker:
    """Signs part after part; reports the rows that it is through with."""

    def __init__(
        self,
        terms: IssueTerms,
        issuer: BatchIssuer,
        place: PartPlace,
        left_out: LeftOut,
        report: Callable[[int], None],
    ) -> None:
        self._issuer = issuer
        self._place = place
        self._left_out = left_out
        self._certificates = certificates_table(terms.pictures, registered=terms.plan_id is not None)
        self._rows_per_batch = ROWS_PER_BATCH_OF_PICTURES if terms.pictures else ROWS_PER_BATCH
        self._report = report

    def close(self) -> None:
        self._issuer.close()

    def __call__(self, part: IssuePart) -> IssuedPart:
        """Writes the part's two files. Raises SignerError; then neither counts."""
        chooser = self._left_out.of(part, self._issuer.uvcis)
        counts = PartCounts()
        done = 0
        with self._place.new_part(part.number) as working:
            with (
                open_table_file(self._certificates, working.certificates) as certificates_file,
                open_table_file(REFUSED_TABLE, working.refused) as refused_file,
            ):
                for shots in sources.read_part(part.rows, self._rows_per_batch):
                    chosen = chooser.choose(shots, done)
                    certificates, refused = self._issuer.issue(
                        chosen.shots,
                        rows=part.first_row + done + chosen.rows,
                        part=part.number,
                        duplicates=chosen.duplicates,
                        supersedes=chosen.supersedes,
                    )
                    certificates_file.write(certificates)
                    refused_file.write(refused)
                    counts.count(certificates, refused)
                    working.skipped.update(chosen.skipped)
                    done += shots.num_rows
                    self._report(done)
            counts.bytes = working.certificates.stat().st_size + working.refused.stat().st_size
        return IssuedPart(counts, working.files)
