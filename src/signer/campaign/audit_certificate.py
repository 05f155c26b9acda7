"""Holds one row of the certificates against its HC1, which is verified on the independent path."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from signer.errors import CertificateInvalid
from signer.verifying import TrustStore, Verified
from signer.verifying.verifier import message_of, verify_message

__all__ = ["Expected", "LookedAt", "look_at"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SIGNATURE_HASH_BYTES = 16
SCALAR_BYTES = 32

Row = Mapping[str, Any]
"""Columns of a row: texts as bytes, since they may not be UTF-8, times in microseconds since 1970."""


@dataclass(frozen=True)
class Expected:
    """What all certificates of a part have in common: the DSC that signs, and columns with their values."""

    trust: TrustStore
    constants: Mapping[str, Any]


@dataclass(frozen=True)
class LookedAt:
    """What is wrong with a certificate, without any of its personal data, or None where it is sound; what its
    HC1 says, where it verifies."""

    told: str | None
    verified: Verified | None = None


def look_at(row: Row, expected: Expected) -> LookedAt:
    """Verifies a certificate as of its iat: that one has expired since is no fault."""
    if empty := [name for name in ("uvci", "shot_id", "hc1", "iat") if row[name] is None]:
        return LookedAt(f"is empty in {', '.join(empty)}")
    foreign = [name for name, value in expected.constants.items() if row[name] != value]
    if foreign:
        return LookedAt(f"is not as its plan has it in {', '.join(foreign)}")
    try:
        message = message_of(row["hc1"].decode("utf-8", "replace"))
        verified = verify_message(message, expected.trust, _time(row["iat"]))
    except CertificateInvalid as failure:
        return LookedAt(f"does not verify ({failure.reason}: {failure})")
    except Exception as error:  # whatever it is, the others are to be looked at
        return LookedAt(f"cannot be verified ({type(error).__name__})")
    differing = list(_differing(row, verified, message.signature))
    return LookedAt(f"differs from its HC1 in {', '.join(differing)}" if differing else None, verified)


def _differing(row: Row, verified: Verified, signature: bytes) -> Iterator[str]:
    """The columns that do not say what is in the certificate."""
    r_hash = hashlib.sha256(signature[:SCALAR_BYTES]).digest()[:SIGNATURE_HASH_BYTES]
    stated = {
        "kid": verified.kid,
        "iat": verified.issued_at,
        "exp": verified.expires_at,
        "signature_hash": r_hash,
        **_of_vaccination(verified.dcc),
    }
    found = {
        **row,
        "iat": _time(row["iat"]),
        "exp": None if row["exp"] is None else _time(row["exp"]),
    }
    yield from (name for name, value in stated.items() if found[name] != value)


def _of_vaccination(dcc: Mapping[str, Any]) -> dict[str, Any]:
    entries = dcc.get("v") or [{}]
    (entry, *more) = entries
    stated = {"uvci": "ci", "vaccine": "mp", "dose_number": "dn", "doses_in_series": "sd"}
    values = {column: None if more else entry.get(field) for column, field in stated.items()}
    return {name: value.encode() if isinstance(value, str) else value for name, value in values.items()}


def _time(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)
