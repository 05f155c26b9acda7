"""Checks certificates on an independent path: it shares no code with issuing nor with the compiled core."""

from signer.verifying.dsc import Dsc
from signer.verifying.trust import TrustStore
from signer.verifying.verifier import REASONS, Verified, peek, verify

__all__ = ["REASONS", "Dsc", "TrustStore", "Verified", "peek", "verify"]
