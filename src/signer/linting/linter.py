"""All rules, in the order of the layers, and a certificate held against them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from signer.linting import (
    claim_rules,
    date_rules,
    dose_rules,
    identifier_rules,
    message_rules,
    name_rules,
    picture_rules,
    product_rules,
    signer_rules,
    structure_rules,
    text_rules,
)
from signer.linting.certificate import Certificate
from signer.linting.rule import Finding, Rule

__all__ = ["RULES", "lint", "unreadable"]

RULES: Final[Mapping[str, Rule]] = MappingProxyType({
    found.name: found
    for room in (
        text_rules,
        picture_rules,
        message_rules,
        signer_rules,
        claim_rules,
        structure_rules,
        name_rules,
        date_rules,
        dose_rules,
        product_rules,
        identifier_rules,
    )
    for found in room.RULES
})  # fmt: skip
"""By their names."""


def lint(certificate: Certificate) -> list[Finding]:
    """All places where a certificate breaks a rule, by the order of the rules. Never raises."""
    return [
        Finding(rule, field, message) for rule in RULES.values() for field, message in rule.check(certificate)
    ]


def unreadable(field: str, message: str) -> Finding:
    """The only finding of a text that does not decode."""
    return Finding(text_rules.decodes, field, message)
