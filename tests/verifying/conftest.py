"""Fixtures of the verifier's tests: an issuer, made once, and a trust store that holds it."""

from __future__ import annotations

import pytest
from reference.little_issuer import LittleIssuer, trust_of

from signer.verifying import TrustStore


@pytest.fixture(scope="session")
def issuer() -> LittleIssuer:
    return LittleIssuer()


@pytest.fixture(scope="session")
def trust(issuer: LittleIssuer) -> TrustStore:
    return trust_of(issuer)
