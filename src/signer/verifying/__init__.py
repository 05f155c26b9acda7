"""Checks certificates on an independent path: it shares no code with issuing nor with the compiled core."""

from signer.verifying.trust import Dsc, TrustStore
from signer.verifying.verifier import REASONS, Verified, peek, verify

__all__ = ["REASONS", "Dsc", "TrustStore", "Verified", "peek", "verify"]
