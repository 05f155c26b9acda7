"""The document signer certificates by which a registry was signed, out of its plans."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from signer.campaign.plan_store import load_plans
from signer.registry import Registry

__all__ = ["Dsc", "dscs_of"]

KID_BYTES = 8


@dataclass(frozen=True)
class Dsc:
    """The life of a certificate, in seconds since 1970."""

    not_before: int
    not_after: int


def dscs_of(registry: Registry) -> dict[str, Dsc]:
    """By kid in hexadecimal digits; what is no certificate is left out, which is for the audit to tell.

    Raises RegistryUnreadable.
    """
    found = {}
    for der in dict.fromkeys(plan.dsc for plan in load_plans(registry.plans)):
        try:
            certificate = x509.load_der_x509_certificate(der)
        except ValueError:
            continue
        kid = certificate.fingerprint(hashes.SHA256())[:KID_BYTES].hex()
        begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        found[kid] = Dsc(int(begins.timestamp()), int(ends.timestamp()))
    return found
