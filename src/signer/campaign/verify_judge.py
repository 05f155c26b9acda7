"""Judges codes in batches: natively where a text is valid beyond doubt, else by the verifier in Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signer import _core
from signer.campaign.verify_codes import CodeBatch
from signer.campaign.verify_verdicts import INVALID, VALID, VERDICTS, Verdict, verdict_of
from signer.errors import LAYER_OF
from signer.verifying import NOTHING_REVOKED, Dsc, Revocations, TrustStore
from signer.verifying.revoked_hashes import HASH_BYTES, HASH_TYPES, HashesByType
from signer.verifying.values import HOLDERS, LISTED

__all__ = ["JUDGED", "Judge", "value_sets"]

KINDS: Final = frozenset("vtr")
REVOKED: Final = "revoked"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SECOND: Final = timedelta(seconds=1)
JUDGED: Final = VERDICTS.names[3:]
"""The columns that do not tell where a code stands, in the order of Verdict; the last are the marks."""


Signer = tuple[bytes, bytes, str, frozenset[str], int, int]
"""A DSC as the core wants it: kid, public key, country, kinds, and its life in seconds since 1970."""


class Judge:
    """What is valid at the time `at`, which has a time zone, under `trust`, and not among `revocations`."""

    def __init__(self, trust: TrustStore, at: datetime, revocations: Revocations = NOTHING_REVOKED) -> None:
        self._trust = trust
        self._at = at
        self._revocations = revocations
        signers = sorted(_signers(trust, at))
        at_us = (at - EPOCH) // timedelta(microseconds=1)
        self._verifier = _core.Verifier(
            signers, at_us=at_us, latest_day=_latest_day(at), value_sets=value_sets()
        )
        self._kids = pa.array([kid for kid, *_ in signers], pa.binary())
        self._countries = pa.array([country for _, _, country, *_ in signers], pa.string())

    def verdicts(self, codes: CodeBatch) -> pa.RecordBatch:
        """A row of VERDICTS for each code."""
        found = self._verifier.verify(codes.texts, hashes=bool(self._revocations))
        signer = found.column("signer")
        undecided = np.flatnonzero(signer.to_numpy() < 0)
        columns = self._columns_of_genuine(found, pc.if_else(pc.less(signer, 0), None, signer))
        verdicts = list(self._plain(codes, undecided))
        if verdicts:
            columns = _replaced(columns, undecided, verdicts)
        places = [codes.source, codes.row, codes.page]
        marks = _marks(len(signer), undecided, verdicts)
        return pa.RecordBatch.from_arrays([*places, *columns, marks], schema=VERDICTS)

    def _columns_of_genuine(self, found: pa.RecordBatch, signer: pa.Array) -> list[pa.Array]:
        """Of those that the core decides: valid, or revoked and nothing else; the others are replaced."""
        times = [
            pc.if_else(pc.is_valid(signer), pc.multiply(found.column(name), 1_000_000), None).cast(
                VERDICTS.field(name).type
            )
            for name in ("iat", "exp")
        ]
        return [
            *self._verdict_columns(found),
            self._countries.take(signer),
            self._kids.take(signer),
            *times,
        ]

    def _verdict_columns(self, found: pa.RecordBatch) -> list[pa.Array]:
        n = found.num_rows
        nothing = pa.nulls(n, pa.string())
        if not self._revocations:
            return [pa.repeat(pa.scalar(VALID), n), nothing, nothing]
        revoked = pa.array(self._revocations.among(_hashes(found)))
        return [
            pc.if_else(revoked, INVALID, VALID),
            pc.if_else(revoked, REVOKED, nothing),
            pc.if_else(revoked, LAYER_OF[REVOKED], nothing),
        ]

    def _plain(self, codes: CodeBatch, rows: np.ndarray[Any, Any]) -> Iterator[Verdict]:
        texts = codes.texts.take(pa.array(rows)).cast(pa.binary()).to_pylist()
        for row, text in zip(rows.tolist(), texts, strict=True):
            failure = codes.failures.get(row)
            yield verdict_of(
                text.decode("utf-8", errors="replace"), failure, self._trust, self._at, self._revocations
            )


def _hashes(found: pa.RecordBatch) -> HashesByType:
    """Those of all rows, zeros where the core decides nothing."""
    return {kind: np.frombuffer(found.column(kind).buffers()[1], f"S{HASH_BYTES}") for kind in HASH_TYPES}


def _replaced(
    columns: list[pa.Array], rows: np.ndarray[Any, Any], verdicts: Sequence[Verdict]
) -> list[pa.Array]:
    """The columns with these verdicts in these rows."""
    place = np.full(len(columns[0]), -1)
    place[rows] = np.arange(len(rows))
    is_replaced = pa.array(place >= 0)
    return [
        pc.replace_with_mask(
            column, is_replaced, pa.array([verdict[at] for verdict in verdicts], VERDICTS.field(name).type)
        )
        for at, (name, column) in enumerate(zip(JUDGED[:-1], columns, strict=True))
    ]


def _marks(n: int, rows: np.ndarray[Any, Any], verdicts: Sequence[Verdict]) -> pa.ListArray:
    """The marks of n codes: none but for these rows, which ascend; what is valid natively has none."""
    lengths = np.zeros(n + 1, np.int32)
    lengths[rows + 1] = [len(verdict.marks) for verdict in verdicts]
    marks = pa.array([mark for verdict in verdicts for mark in verdict.marks], pa.string())
    return pa.ListArray.from_arrays(pa.array(lengths.cumsum(dtype=np.int32)), marks)


def _latest_day(at: datetime) -> date:
    """A day ahead in the zone of `at`, as `verifying/dates.py` has it."""
    try:
        return (at + timedelta(days=1)).date()
    except OverflowError:  # the last day of the year 9999
        return at.date()


def value_sets() -> Iterator[bytes]:
    """The codes that are not marked, as native/verify/dcc_marks.h has them."""
    for fields in LISTED.values():
        for field in fields.keys() - {"mp", "ma"}:
            yield from (f"{field}{code}".encode() for code in fields[field])
    products, holders = LISTED["v"]["mp"], LISTED["v"]["ma"]
    yield from (f"mp{mp} {ma}".encode() for mp, ma in HOLDERS.items() if mp in products and ma in holders)


def _signers(trust: TrustStore, at: datetime) -> Iterator[Signer]:
    """The DSCs that leave nothing to judgement: the only one of its kid, in force, P-256, of one country."""
    for kid, dscs in trust.by_kid.items():
        (dsc, *others) = dscs
        country = dsc.country or ""
        is_country = len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()
        is_in_force = dsc.not_before <= at <= dsc.not_after
        point = _point(dsc)
        if not others and len(kid) == 8 and is_country and is_in_force and point is not None:
            # Whole seconds within its life, which may be said in fractions, as the end of all times is.
            begins, ends = -((EPOCH - dsc.not_before) // SECOND), (dsc.not_after - EPOCH) // SECOND
            yield kid, point, country, dsc.kinds & KINDS, begins, ends


def _point(dsc: Dsc) -> bytes | None:
    """The public key x || y, where it signs by ES256."""
    if dsc.algorithm != "ES256" or not isinstance(dsc.key, ec.EllipticCurvePublicKey):
        return None
    return dsc.key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)[1:]
