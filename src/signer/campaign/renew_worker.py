"""One worker of a renewal: opens the key in its own process, then signs parts of certificates anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from signer.campaign.issue_destinations import Destination, PartPlace
from signer.campaign.issue_worker import IssuedPart, PartCounts
from signer.campaign.renew_parts import CertificatesOfPlan, RenewPart
from signer.campaign.renew_withdrawn import WithdrawnRows
from signer.campaign.tables import REFUSED_TABLE, certificates_table, open_table_file
from signer.issuing.renewer import READ, BatchRenewer, open_renewer
from signer.issuing.terms import IssueTerms

__all__ = ["OpenRenewWorker", "RenewWorker"]


@dataclass(frozen=True)
class OpenRenewWorker:
    """The order that is sent to a worker: the terms, which certificates, which of them not, and where to."""

    terms: IssueTerms
    destination: Destination
    certificates: CertificatesOfPlan
    withdrawn: WithdrawnRows

    def __call__(self, report: Callable[[int], None]) -> RenewWorker:
        pa.set_cpu_count(1)  # a process a core: more threads would only get in each other's way
        place = self.destination.open()
        return RenewWorker(self, open_renewer(self.terms), place, report)


class RenewWorker:
    """Signs part after part; reports the rows that it is through with."""

    def __init__(
        self, order: OpenRenewWorker, renewer: BatchRenewer, place: PartPlace, report: Callable[[int], None]
    ) -> None:
        self._order = order
        self._renewer = renewer
        self._place = place
        self._report = report
        self._certificates = certificates_table(order.terms.pictures, registered=True)

    def close(self) -> None:
        self._renewer.close()

    def __call__(self, part: RenewPart) -> IssuedPart:
        """Writes the part's two files. Raises SignerError; then neither counts."""
        counts = PartCounts()
        done = 0
        with self._place.new_part(part.number) as working:
            with (
                open_table_file(self._certificates, working.certificates) as certificates_file,
                open_table_file(REFUSED_TABLE, working.refused) as refused_file,
            ):
                for rows, batch in self._order.certificates.read(part, READ):
                    kept = np.isin(rows, self._order.withdrawn.rows, invert=True)
                    working.skipped.update(self._order.withdrawn.counts(rows))
                    certificates, refused = self._renewer.renew(
                        pc.filter(batch, pa.array(kept)), rows=rows[kept], part=part.number
                    )
                    certificates_file.write(certificates)
                    refused_file.write(refused)
                    counts.count(certificates, refused)
                    done += len(rows)
                    self._report(done)
            counts.bytes = working.certificates.stat().st_size + working.refused.stat().st_size
        return IssuedPart(counts, working.files)
