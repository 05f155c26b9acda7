"""Independent verifiers, in environments of their own that are kept between runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from interop.verifiers import HERE, Checker, counts_of, kept_folder, python_with, with_npm

PACKAGES = ("cwt>=3,<4", "pycose==1.1.0", "cbor2>=5,<6", "base45", "cryptography", "pyarrow")
"""Both packages need an older cbor2 than ours."""


@pytest.fixture(scope="session")
def elsewhere(pytestconfig: pytest.Config) -> Path:
    """The interpreter of an environment with cwt and pycose."""
    return python_with(pytestconfig, PACKAGES)


@pytest.fixture(scope="session")
def check_with_cwt(elsewhere: Path) -> Checker:
    """By the PyPI package cwt."""
    return lambda texts, dsc: counts_of(elsewhere, "-I", HERE / "check_with_cwt.py", texts, dsc)


@pytest.fixture(scope="session")
def check_with_pycose(elsewhere: Path) -> Checker:
    """By the PyPI package pycose."""
    return lambda texts, dsc: counts_of(elsewhere, "-I", HERE / "check_with_pycose.py", texts, dsc)


@pytest.fixture(scope="session")
def check_with_dcc_sdk(pytestconfig: pytest.Config) -> Checker:
    """By the npm package @pathcheck/dcc-sdk."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("no node and npm here; Debian has them in the packages nodejs and npm")

    def make(folder: Path) -> None:
        shutil.copytree(HERE / "dcc_sdk", folder, dirs_exist_ok=True)
        with_npm(npm, folder)

    folder = kept_folder(pytestconfig, "environment-with-dcc-sdk", make)
    return lambda texts, dsc: counts_of(node, folder / "check.js", texts, dsc)


@pytest.fixture(params=["cwt", "pycose", "dcc_sdk"])
def check(request: pytest.FixtureRequest) -> Checker:
    """Each of them in turn."""
    checker: Checker = request.getfixturevalue(f"check_with_{request.param}")
    return checker
