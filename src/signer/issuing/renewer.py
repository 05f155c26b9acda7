"""Record batches of certificates in, the same certificates signed anew out: the core with a DSC in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signer import _core
from signer.issuing.constant_columns import ConstantColumns
from signer.issuing.terms import IssueTerms, scalar_of_run
from signer.records.reasons import Reason
from signer.records.schemas import REFUSED, registered_schema

__all__ = ["READ", "BatchRenewer", "open_renewer"]

STAGE = "renewing"
KEPT = (
    "uvci", "shot_id", "person_key", "province", "district", "facility", "vaccine", "dose_number",
    "doses_in_series", "supersedes",
)  # fmt: skip
READ = (*KEPT, "kid", "iat", "exp", "hc1")
"""The columns that are needed of the certificates to be renewed."""
NOTHING_REFUSED = pa.RecordBatch.from_pylist([], schema=REFUSED)


def open_renewer(terms: IssueTerms) -> BatchRenewer:
    """Opens the key of the terms for signing; close it when done.

    Raises KeyUnusable or PreflightFailed, also where the key was exchanged since the terms were settled.
    """
    with scalar_of_run(terms) as scalar:
        core = _core.Renewer(
            scalar=scalar,
            kid=terms.kid,
            country=terms.profile.country,
            issued_at=terms.issued_at,
            expires_at=terms.expires_at,
            painter=None if terms.pictures is None else _core.QrPainter(**terms.pictures.as_painter()),
        )
    return BatchRenewer(core, terms)


class BatchRenewer:
    """Renews batches of one run. Holds the private key until `close`."""

    def __init__(self, core: _core.Renewer, terms: IssueTerms) -> None:
        self._core = core
        self._constants = ConstantColumns(terms)
        self._pictures = terms.pictures
        self._schema = registered_schema(terms.pictures)

    def close(self) -> None:
        """Wipes the private key."""
        self._core.close()

    def renew(
        self, certificates: pa.RecordBatch, *, rows: npt.NDArray[np.int64], part: int
    ) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """Gives (certificates, refused) in the order of the rows, whose numbers in the run are `rows`.

        The batch has the columns READ. A new certificate says what the old one does but for iat, exp and
        kid; refused are those whose HC1 is not of the kid, iat, exp and uvci of their row.
        """
        renewed, damaged = self._core.renew(certificates)
        if not damaged.num_rows:
            return self._certificates(certificates, renewed, part), NOTHING_REFUSED
        at = damaged.column("row").to_numpy()
        reasons = [Reason(number) for number in damaged.column("reason").to_pylist()]
        refused = self.refuse(certificates.take(damaged.column("row")), rows[at], reasons, ["hc1"] * len(at))
        return self._certificates(certificates, renewed, part), refused

    def _certificates(
        self, certificates: pa.RecordBatch, renewed: pa.RecordBatch, part: int
    ) -> pa.RecordBatch:
        columns = {name: certificates.column(name) for name in KEPT}
        if renewed.num_rows < certificates.num_rows:
            columns = {name: column.take(renewed.column("row")) for name, column in columns.items()}
        columns |= {name: renewed.column(name) for name in ("hc1", "signature_hash")}
        if self._pictures is not None:
            columns[self._pictures.column] = renewed.column("picture")
        columns |= self._constants.columns(renewed.num_rows)
        columns["part"] = pa.repeat(pa.scalar(part, pa.int32()), renewed.num_rows)
        return pa.record_batch([columns[name] for name in self._schema.names], schema=self._schema)

    def refuse(
        self,
        certificates: pa.RecordBatch,
        rows: npt.NDArray[np.int64],
        reasons: Sequence[Reason],
        fields: Sequence[str],
    ) -> pa.RecordBatch:
        """Refusals of certificates, whose numbers in the run are `rows`, a reason and a field for each."""
        n_rows = certificates.num_rows
        places = ("shot_id", "province", "district", "facility")
        columns = {name: certificates.column(name) for name in places} | {
            "row": pa.array(rows, pa.int64()),
            "stage": pa.repeat(pa.scalar(STAGE), n_rows),
            "reason": pa.array([reason.code for reason in reasons], pa.string()),
            "field": pa.array(fields, pa.string()),
            "campaign": self._constants.columns(n_rows)["campaign"],
        }
        return pa.record_batch([columns[name] for name in REFUSED.names], schema=REFUSED)
