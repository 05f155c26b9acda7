"""By what the certificates of a plan are judged: its DSC, and the columns that they have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from signer.campaign.audit_certificate import Expected
from signer.campaign.audit_faults import Fault, Faults
from signer.campaign.plan import Plan
from signer.campaign.plan_store import plan_path
from signer.issuing.terms import campaign_name
from signer.verifying import Dsc, TrustStore

__all__ = ["PlanTerms", "terms_of_plans"]


@dataclass(frozen=True)
class PlanTerms:
    """What goes to the workers: `dsc` is DER, times are in seconds since 1970."""

    dsc: bytes
    issued_at: int
    expires_at: int
    campaign: str

    def signer(self) -> Dsc:
        """Raises ValueError where the DSC is no certificate."""
        return Dsc.from_certificate(x509.load_der_x509_certificate(self.dsc))

    def expected(self, part: int) -> Expected:
        """The same as the columns of a part have it."""
        dsc = self.signer()
        constants = {
            "kid": dsc.kid,
            "iat": self.issued_at * 1_000_000,
            "exp": self.expires_at * 1_000_000,
            "campaign": self.campaign.encode("ascii"),
            "part": part,
        }
        return Expected(TrustStore.of([dsc]), constants)


def terms_of_plans(
    plans: Mapping[str, Plan], folder: Path, trust: TrustStore | None, faults: Faults
) -> dict[str, PlanTerms]:
    """The terms of each plan whose DSC can be read; one that `trust` does not have is a fault.

    A certificate that verifies under a DSC of a store does so under the same one alone: so it is enough to
    look for the DSC in there, and no certificate need be verified twice.
    """
    found = {}
    for plan_id, plan in plans.items():
        terms = PlanTerms(
            plan.dsc, plan.issued_at, plan.expires_at, campaign_name(plan.issued_at, plan_id, plan.kind)
        )
        try:
            dsc = terms.signer()
        except ValueError:
            told = "its DSC is no certificate; put it back from a copy of the registry"
        else:
            found[plan_id] = terms
            told = _wrong_with(plan, dsc, trust)
        if told:
            path = plan_path(folder, plan_id)
            faults.add(Fault("plan", f"{path}: {told}", str(path), plan_id))
    return found


def _wrong_with(plan: Plan, dsc: Dsc, trust: TrustStore | None) -> str:
    if {part.kid for part in plan.parts} - {dsc.kid.hex()}:
        return f"its parts are not all of its DSC {dsc.kid.hex()}; put it back from a copy of the registry"
    if trust is not None and dsc not in trust.find(dsc.kid):
        return f"its DSC {dsc.kid.hex()} is not trusted; trust it, or revoke its certificates"
    return ""
