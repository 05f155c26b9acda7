"""Certificates made for lint, and what lint says of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from reference.little_issuer import LittleIssuer, vaccination

from signer.campaign.lint_certificate import lint_code
from signer.linting import Finding
from signer.verifying import TrustStore
from signer.verifying.code import Code, Symbol

__all__ = ["AT", "found", "name_of", "rules_of", "with_entry", "with_fields"]

AT = datetime(2022, 6, 1, tzinfo=UTC)


def found(text: str, trust: TrustStore | None = None, symbol: Symbol | None = None) -> list[Finding]:
    return lint_code(Code(text, "made", None, symbol=symbol), trust, AT)


def rules_of(findings: Sequence[Finding]) -> set[str]:
    return {finding.rule.name for finding in findings}


def with_entry(issuer: LittleIssuer, **changes: Any) -> str:
    """A text whose entry has other fields; None leaves one out."""
    dcc = vaccination(**changes)
    dcc["v"] = [{field: value for field, value in dcc["v"][0].items() if value is not None}]
    return issuer.text(issuer.payload(dcc))


def with_fields(issuer: LittleIssuer, **changes: Any) -> str:
    """A text whose certificate has other fields beside the entry."""
    return issuer.text(issuer.payload(vaccination() | changes))


def name_of(fn: str, fnt: str) -> dict[str, str]:
    """A single name, in `nam`."""
    return {"fn": fn, "fnt": fnt}
