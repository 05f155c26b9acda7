"""An issuer and a registry of certificates that are due, for those who renew."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from made_shots import make_profile, write_shots
from renewed_registries import DUE, KEYS_MADE_AT, N_ISSUED, issue, renew_once

from signer.campaign.renew_summary import RenewalSummary


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_profile(tmp_path_factory.mktemp("issuer"), made_at=KEYS_MADE_AT)


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory, profile: Path) -> Path:
    """A registry of certificates that expire at EXPIRES_AT, of which tests have copies."""
    folder = tmp_path_factory.mktemp("issued")
    issue(folder / "registry", profile, write_shots(folder / "shots.parquet", N_ISSUED))
    return folder / "registry"


@pytest.fixture
def registry(tmp_path: Path, issued: Path) -> Path:
    return shutil.copytree(issued, tmp_path / "registry")


@pytest.fixture
def renew(registry: Path, profile: Path) -> Callable[..., RenewalSummary]:
    return lambda now=DUE, **choices: renew_once(registry, profile, now, **choices)
