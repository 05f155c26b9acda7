"""One worker of a bulk verification: takes parts and gives their verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from signer.campaign.verify_codes import batches_of
from signer.campaign.verify_judge import Judge
from signer.campaign.verify_parts import Part
from signer.campaign.verify_summary import COUNTED, Counts, count_marks
from signer.campaign.verify_trust import PortableTrust
from signer.campaign.verify_verdicts import VERDICTS
from signer.verifying import NOTHING_REVOKED, Revocations

__all__ = ["JudgedPart", "OpenVerifyWorker", "VerifyWorker"]


@dataclass(frozen=True)
class JudgedPart:
    """Verdicts in the order of the codes, and how often each outcome and each mark is among them.

    `n_rows` are the rows of a piece, those without a code among them; 0 for other parts.
    """

    verdicts: pa.Table
    counts: Counts
    marks: Counter[str]
    n_rows: int


@dataclass(frozen=True)
class OpenVerifyWorker:
    """The order that is sent to a worker: whom to trust, as of when to check, and what is revoked."""

    trust: PortableTrust
    at: datetime
    revocations: Revocations = NOTHING_REVOKED

    def __call__(self, report: Callable[[int], None]) -> VerifyWorker:
        pa.set_cpu_count(1)  # a process a core: more threads would only get in each other's way
        return VerifyWorker(Judge(self.trust.store(), self.at, self.revocations), report)


class VerifyWorker:
    """Judges part after part; reports the codes that it is through with."""

    def __init__(self, judge: Judge, report: Callable[[int], None]) -> None:
        self._judge = judge
        self._report = report

    def close(self) -> None:
        """Holds nothing that outlives its parts."""

    def __call__(self, part: Part) -> JudgedPart:
        """A verdict for each code; what cannot be read is one, too."""
        judged, n_rows, n_done = [], [0], 0
        for codes in batches_of(part, n_rows.append):
            judged.append(self._judge.verdicts(codes))
            n_done += len(codes.texts)
            self._report(n_done)
        verdicts = pa.Table.from_batches(judged, VERDICTS)
        counts = Counts.of(verdicts.select(COUNTED))
        return JudgedPart(verdicts, counts, count_marks(verdicts), n_rows[-1])
