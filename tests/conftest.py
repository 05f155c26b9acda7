"""Fixtures that all tests share."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cpu_levels import GIVEN, LEVELS, TURNED_OFF
from hypothesis import settings

from signer import _core

CORPORA = Path(__file__).parents[2] / "shared" / "corpora"

settings.register_profile("quick", max_examples=40)
settings.register_profile("thorough", max_examples=300)  # ci/test.sh
settings.load_profile("quick")


def pytest_report_header() -> str:
    missing = [level for level in TURNED_OFF if level not in LEVELS]
    emulated = f"; {', '.join(missing)} only emulated (tests/native)" if missing else ""
    return f"cpu levels tested: {', '.join(LEVELS)}{emulated}"


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of test data made by others; tests that need it are skipped where it is absent."""
    if not CORPORA.is_dir():
        pytest.skip(f"the corpora of others are not at {CORPORA}")
    return CORPORA


@pytest.fixture(scope="session")
def turkish(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a locale in which i and I are no pair; made here, as few machines have it."""
    source = Path("/usr/share/i18n/locales/tr_TR")
    if not shutil.which("localedef") or not source.exists():
        pytest.skip(f"a Turkish locale cannot be made here: localedef or {source} is missing")
    folder = tmp_path_factory.mktemp("locales")
    subprocess.run(["localedef", "-i", "tr_TR", "-f", "UTF-8", folder / "tr_TR.UTF-8"], check=True)
    environment = {"LOCPATH": str(folder), "LC_ALL": "tr_TR.UTF-8"}
    ask = [sys.executable, "-c", "import locale; print(locale.setlocale(locale.LC_ALL, ''))"]
    answer = subprocess.run(
        ask, env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    assert answer.stdout == "tr_TR.UTF-8\n", "the locale does not reach a process"
    return environment


@pytest.fixture(params=LEVELS)
def cpu_level(request: pytest.FixtureRequest) -> Iterator[str]:
    """Runs the test at each level of the kernels that this processor has."""
    yield _core.select_cpu(LEVELS[request.param])
    _core.select_cpu(GIVEN)
