"""A registry that is made for tests, and another process that works on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from signer.registry import Registry, open_or_create


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return open_or_create(tmp_path / "registry", test=True)
