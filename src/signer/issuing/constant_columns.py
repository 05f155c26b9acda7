"""The columns of certificates that hold one value in a whole run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from signer.issuing.terms import IssueTerms
from signer.records.schemas import CERTIFICATES

__all__ = ["ConstantColumns"]


class ConstantColumns:
    """`iat`, `exp`, `kid` and `campaign`; made once and cut to the length of a batch."""

    def __init__(self, terms: IssueTerms) -> None:
        moments = {"iat": terms.issued_at, "exp": terms.expires_at}
        self._values: dict[str, Any] = {
            name: pa.scalar(datetime.fromtimestamp(moment, UTC), CERTIFICATES.field(name).type)
            for name, moment in moments.items()
        }
        self._values["kid"] = pa.scalar(terms.kid, pa.binary())
        self._values["campaign"] = pa.scalar(terms.campaign, pa.string())
        self._columns: dict[str, pa.Array[Any]] = {}
        self._length = -1

    def columns(self, length: int) -> dict[str, pa.Array[Any]]:
        if length > self._length:
            self._columns = {name: pa.repeat(value, length) for name, value in self._values.items()}
            self._length = length
        return {name: column.slice(0, length) for name, column in self._columns.items()}
