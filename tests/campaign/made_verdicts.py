"""Verdicts in bulk and the plain ones that they are held against, and entries of each kind."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
from reference.little_issuer import NOW, vaccination

from signer.campaign.verify_codes import CodeBatch
from signer.campaign.verify_judge import JUDGED, Judge
from signer.campaign.verify_verdicts import VERDICTS, Verdict, verdict_of
from signer.verifying import NOTHING_REVOKED, Revocations, TrustStore
from signer.verifying.code import Code


def judged(
    texts: list[str], trust: TrustStore, at: datetime = NOW, revocations: Revocations = NOTHING_REVOKED
) -> list[Verdict]:
    codes = CodeBatch.of([Code(text, "file", row) for row, text in enumerate(texts, start=1)])
    found = Judge(trust, at, revocations).verdicts(codes)
    assert found.schema == VERDICTS
    assert found.column("row").to_pylist() == list(range(1, len(texts) + 1))
    rows = [list(row.values()) for row in found.select(JUDGED).to_pylist()]
    return [Verdict(*values, tuple(marks)) for *values, marks in rows]


def assert_as_plain(
    texts: list[str], trust: TrustStore, at: datetime = NOW, revocations: Revocations = NOTHING_REVOKED
) -> list[Verdict]:
    found = judged(texts, trust, at, revocations)
    for text, verdict in zip(texts, found, strict=True):
        assert verdict == verdict_of(text, None, trust, at, revocations), text
    return found


def native_accepts(texts: list[str], trust: TrustStore, at: datetime = NOW) -> list[bool]:
    found = Judge(trust, at)._verifier.verify(pa.array(texts, pa.string()))
    return (np.asarray(found.column("signer")) >= 0).tolist()


def assert_left_to_python(text: str, trust: TrustStore) -> None:
    """The core does not accept it, and the verdict in bulk is the plain one."""
    assert native_accepts([text], trust) == [False]
    assert_as_plain([text], trust)


def edited(data: bytes, old: bytes, new: bytes) -> bytes:
    assert data.count(old) == 1
    return data.replace(old, new)


def other_kind(kind: str) -> dict[str, Any]:
    test = {"tg": "840539006", "tt": "LP6464-4", "sc": "2022-04-10T10:00:00Z", "tr": "260415000", "co": "VN",
            "is": "MoH", "ci": "URN:UVCI:01:VN:1", "nm": "x", "tc": "Lab"}  # fmt: skip
    recovery = {"tg": "840539006", "fr": "2022-01-01", "df": "2022-01-11", "du": "2022-06-30", "co": "VN",
                "is": "MoH", "ci": "URN:UVCI:01:VN:2"}  # fmt: skip
    dcc = vaccination()
    del dcc["v"]
    return dcc | {"t": [test]} if kind == "t" else dcc | {"r": [recovery]}
