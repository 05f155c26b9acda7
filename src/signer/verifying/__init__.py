"""Checks certificates on an independent path: of issuing and the compiled core it shares value sets alone."""

from signer.verifying.dsc import Dsc
from signer.verifying.trust import TrustStore
from signer.verifying.verifier import REASONS, Verified, peek, verify

__all__ = ["REASONS", "Dsc", "TrustStore", "Verified", "peek", "verify"]
