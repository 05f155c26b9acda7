"""Fixtures that all tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from signer import _core

CORPORA = Path(__file__).parents[2] / "shared" / "corpora"
TURNED_OFF = {"ifma": "", "avx512": "ifma", "avx2": "avx512", "portable": "avx2"}


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of test data made by others; tests that need it are skipped where it is absent."""
    if not CORPORA.is_dir():
        pytest.skip(f"the corpora of others are not at {CORPORA}")
    return CORPORA


@pytest.fixture(params=TURNED_OFF)
def cpu_level(request: pytest.FixtureRequest) -> Iterator[str]:
    """Runs the test at each level of the kernels that this processor has."""
    wanted: str = request.param
    given = os.environ.get("SIGNER_DISABLE_CPU", "")
    try:
        level = _core.select_cpu(",".join(filter(None, [given, TURNED_OFF[wanted]])))
        if level != wanted:
            pytest.skip(f"this processor has no {wanted}; the emulated and the portable kernels are tested elsewhere")
        yield level
    finally:
        _core.select_cpu(given)
