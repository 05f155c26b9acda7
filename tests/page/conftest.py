"""Fixtures of the page's tests: a real Chromium, started once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from page.devtools import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no chromium here; Debian has it in the package chromium")
    return found


@pytest.fixture(scope="session")
def browser(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    started = Browser(chromium, tmp_path_factory.mktemp("browser"))
    yield started
    started.close()
