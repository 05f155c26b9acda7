"""Checks certificates on an independent path: of issuing and the compiled core it shares value sets alone."""

from signer.verifying.dsc import Dsc
from signer.verifying.revocation import NOTHING_REVOKED, Revocations
from signer.verifying.trust import TrustStore
from signer.verifying.verifier import REASONS, Verified, peek, verify

__all__ = ["NOTHING_REVOKED", "REASONS", "Dsc", "Revocations", "TrustStore", "Verified", "peek", "verify"]
