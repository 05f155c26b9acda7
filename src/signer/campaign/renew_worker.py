"""One worker of a renewal: opens the key in its own process, then signs parts of certificates anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from signer.campaign.issue_destinations import Destination, PartPlace
from signer.campaign.issue_worker import IssuedPart, PartCounts
from signer.campaign.renew_holders import Holders, HolderVerdict
from signer.campaign.renew_parts import CertificatesOfPlan, ChosenBatch, RenewPart
from signer.campaign.renew_withdrawn import WithdrawnRows
from signer.campaign.tables import MOST_ROWS, REFUSED_TABLE, certificates_table, open_table_file
from signer.issuing.renewer import READ, BatchRenewer, open_renewer
from signer.issuing.terms import IssueTerms

__all__ = ["HELD_BACK", "OpenRenewWorker", "RenewWorker"]

HELD_BACK = "held_back"
"""Refused again, which an earlier night has told already."""


@dataclass(frozen=True)
class OpenRenewWorker:
    """The order that is sent to a worker: the terms, where to write, which certificates, and which not."""

    terms: IssueTerms
    destination: Destination
    certificates: CertificatesOfPlan
    withdrawn: WithdrawnRows
    holders: Holders

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
        self._table = certificates_table(order.terms.pictures, registered=True)
        self._n_together = 1 if order.terms.pictures else MOST_ROWS

    def close(self) -> None:
        self._renewer.close()

    def __call__(self, part: RenewPart) -> IssuedPart:
        """Writes the part's two files. Raises SignerError; then neither counts."""
        counts = PartCounts()
        done = 0
        with self._place.new_part(part.number) as working:
            with (
                open_table_file(self._table, working.certificates, self._n_together) as certificates_file,
                open_table_file(REFUSED_TABLE, working.refused) as refused_file,
            ):
                for batch in self._order.certificates.read(part, READ):
                    certificates, refused = self._renew(batch, part.number, working.skipped)
                    certificates_file.write(certificates)
                    refused_file.write(refused)
                    counts.count(certificates, refused)
                    done += len(batch.rows)
                    self._report(done)
            counts.bytes = working.certificates.stat().st_size + working.refused.stat().st_size
        return IssuedPart(counts, working.files)

    def _renew(
        self, batch: ChosenBatch, part: int, skipped: Counter[str]
    ) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """Certificates and refusals of a batch; rows that need neither are counted."""
        rows, certificates = batch.rows, batch.certificates
        withdrawn = self._order.withdrawn.among(rows)
        skipped.update(withdrawn.reasons.tolist())
        to_sign = np.ones(len(rows), np.bool_)
        to_sign[withdrawn.rows - rows[0]] = False
        verdicts = self._order.holders.verdicts(int(rows[0]), certificates.column("hc1"))
        verdicts = {row: verdict for row, verdict in verdicts.items() if to_sign[row - rows[0]]}
        to_sign[np.array(list(verdicts), np.int64) - rows[0]] = False
        kept = certificates if to_sign.all() else certificates.filter(pa.array(to_sign))
        renewed, refused = self._renewer.renew(kept, rows=rows[to_sign], part=part)
        if verdicts:
            refused = pa.concat_batches([refused, self._refuse(batch, verdicts)]).sort_by("row")
        if not refused.num_rows:
            return renewed, refused
        was_told = np.isin(refused.column("row").to_numpy(), rows[batch.held_back])
        skipped[HELD_BACK] += int(was_told.sum())
        return renewed, refused.filter(pa.array(~was_told))

    def _refuse(self, batch: ChosenBatch, verdicts: Mapping[int, HolderVerdict]) -> pa.RecordBatch:
        """Refusals of those rows of a batch whose holders are not confirmed."""
        rows = np.array(list(verdicts), np.int64)
        return self._renewer.refuse(
            batch.certificates.take(pa.array(rows - batch.rows[0])),
            rows,
            [verdict.reason for verdict in verdicts.values()],
            [verdict.field for verdict in verdicts.values()],
        )
