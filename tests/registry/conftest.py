"""A registry that is made for tests, and another process that works on it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from signer.registry import Registry, open_or_create, open_registry


@pytest.fixture(scope="session")
def empty_registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once: a copy takes a tenth of the time."""
    return open_or_create(tmp_path_factory.mktemp("empty") / "registry", test=True).path


@pytest.fixture
def registry(tmp_path: Path, empty_registry: Path) -> Registry:
    return open_registry(shutil.copytree(empty_registry, tmp_path / "registry"))
