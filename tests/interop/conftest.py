"""Independent verifiers, each in an environment of its own that is kept between runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from interop.verifiers import HERE, Checker, counts_of, kept_folder, python_with, with_npm


@pytest.fixture(scope="session")
def check_with_cwt(pytestconfig: pytest.Config) -> Checker:
    """By the PyPI package cwt, which needs an older cbor2 than ours."""
    python = python_with(pytestconfig, "cwt", ("cwt>=3,<4", "base45", "cryptography", "pyarrow"))
    return lambda texts, dsc: counts_of(python, "-I", HERE / "check_with_cwt.py", texts, dsc)


@pytest.fixture(scope="session")
def check_with_pycose(pytestconfig: pytest.Config) -> Checker:
    """By the PyPI package pycose, which decodes no message with cbor2 6."""
    python = python_with(pytestconfig, "pycose", ("pycose==1.1.0", "cbor2>=5,<6", "base45", "cryptography"))
    return lambda texts, dsc: counts_of(python, "-I", HERE / "check_with_pycose.py", texts, dsc)


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
