"""Record batches of shots in, record batches of certificates and refusals out: the core with a DSC in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signer import _core
from signer.issuing.constant_columns import ConstantColumns
from signer.issuing.terms import IssueTerms, scalar_of_run
from signer.records.reasons import FIELDS, Reason
from signer.records.schemas import REFUSED, certificates_schema, registered_schema

__all__ = ["BatchIssuer", "open_core", "open_issuer"]

STAGE = "issuing"
REASONS = pa.array([reason.code for reason in Reason], pa.string())
FIELD_NAMES = pa.array(FIELDS, pa.string())
FROM_SHOTS = ("shot_id", "province", "district", "facility", "dose_number", "doses_in_series")
FROM_CORE = ("uvci", "person_key", "vaccine", "hc1", "signature_hash")


def open_issuer(terms: IssueTerms) -> BatchIssuer:
    """Opens the key of the terms for signing; close it when done.

    Raises KeyUnusable or PreflightFailed, also where the key was exchanged since the terms were settled.
    """
    return BatchIssuer(open_core(terms), terms)


def open_core(terms: IssueTerms) -> _core.Issuer:
    """The core with the key of the terms in it, which `open_issuer` wraps. Raises as that."""
    profile = terms.profile
    with scalar_of_run(terms) as scalar:
        return _core.Issuer(
            scalar=scalar,
            kid=terms.kid,
            country=profile.country,
            issuer=profile.issuer,
            issued_at=terms.issued_at,
            expires_at=terms.expires_at,
            today=profile.local_day(terms.issued_at),
            uvci_secret=terms.uvci_secret,
            person_secret=terms.person_secret,
            uvci_checksum=profile.uvci_checksum,
            products=terms.products,
            painter=None if terms.pictures is None else _core.QrPainter(**terms.pictures.as_painter()),
        )


class BatchIssuer:
    """Signs batches of one run. Holds the private key until `close`."""

    def __init__(self, core: _core.Issuer, terms: IssueTerms) -> None:
        self._core = core
        self._constants = ConstantColumns(terms)
        self._pictures = terms.pictures
        schema_of = certificates_schema if terms.plan_id is None else registered_schema
        self._schema = schema_of(terms.pictures)

    def close(self) -> None:
        """Wipes the private key."""
        self._core.close()

    def uvcis(self, shots: pa.RecordBatch) -> pa.StringArray:
        """The UVCI that each row would get, null where it would be refused; nothing is signed.

        With a column `supersedes`, as the one that replaces that certificate.
        """
        return self._core.uvcis(shots)

    def issue(
        self,
        shots: pa.RecordBatch,
        *,
        rows: npt.NDArray[np.int64],
        part: int,
        duplicates: Sequence[int] = (),
        supersedes: pa.StringArray | None = None,
    ) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """Gives (certificates, refused) in the order of the rows.

        `rows` are the numbers of the batch's rows in the run; `duplicates`, ascending, are the rows of the
        batch to be refused as repeated. In a registry `supersedes` has for each row the UVCI of the
        certificate that its one replaces, or null.
        """
        corrections = shots if supersedes is None else shots.append_column("supersedes", supersedes)
        issued, refused = self._core.issue(corrections, duplicates)
        certificates = self._certificates(shots, issued, part, supersedes)
        return certificates, self._refused(shots, refused, pa.array(rows))

    def _certificates(
        self, shots: pa.RecordBatch, issued: pa.RecordBatch, part: int, supersedes: pa.StringArray | None
    ) -> pa.RecordBatch:
        own = shots.select(list(FROM_SHOTS))
        if issued.num_rows != shots.num_rows:
            own = own.take(issued.column("row"))
        columns = {name: own.column(name) for name in FROM_SHOTS}
        columns |= {name: issued.column(name) for name in FROM_CORE}
        if self._pictures is not None:
            columns[self._pictures.column] = issued.column("picture")
        columns |= self._constants.columns(issued.num_rows)
        columns["part"] = pa.repeat(pa.scalar(part, pa.int32()), issued.num_rows)
        if supersedes is None:
            columns["supersedes"] = pa.nulls(issued.num_rows, pa.string())
        else:
            columns["supersedes"] = supersedes.take(issued.column("row"))
        return pa.record_batch([columns[name] for name in self._schema.names], schema=self._schema)

    def _refused(self, shots: pa.RecordBatch, refused: pa.RecordBatch, rows: pa.Int64Array) -> pa.RecordBatch:
        own = shots.select(["shot_id", "province", "district", "facility"]).take(refused.column("row"))
        columns = {name: _readable(own.column(name)) for name in own.schema.names}
        columns["row"] = rows.take(refused.column("row"))
        columns["stage"] = pa.repeat(pa.scalar(STAGE), refused.num_rows)
        columns["reason"] = REASONS.take(refused.column("reason"))
        columns["field"] = FIELD_NAMES.take(refused.column("field"))
        columns["campaign"] = self._constants.columns(refused.num_rows)["campaign"]
        return pa.record_batch([columns[name] for name in REFUSED.names], schema=REFUSED)


def _readable(texts: pa.StringArray) -> pa.StringArray:
    """The texts with null for each that is not UTF-8, which no reader of the table could get past."""
    try:
        texts.validate(full=True)
    except pa.ArrowInvalid:
        return pa.array([_decoded(text) for text in texts.cast(pa.binary()).to_pylist()], pa.string())
    return texts


def _decoded(text: bytes | None) -> str | None:
    try:
        return None if text is None else text.decode()
    except UnicodeDecodeError:
        return None
