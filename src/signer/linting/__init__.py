"""Says what an issuer should do better in a certificate, by named rules; not whether it is genuine."""

from signer.linting.certificate import Certificate, Drawing, Signer, open_certificate
from signer.linting.linter import RULES, lint, unreadable
from signer.linting.rule import Finding, Rule, Severity

__all__ = [
    "RULES",
    "Certificate",
    "Drawing",
    "Finding",
    "Rule",
    "Severity",
    "Signer",
    "lint",
    "open_certificate",
    "unreadable",
]
