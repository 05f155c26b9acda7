"""Environments of independent verifiers, and what these answer."""

from __future__ import annotations

import json
import shutil
import subprocess
import venv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

__all__ = ["HERE", "Checker", "counts_of", "kept_folder", "python_with", "with_npm"]

HERE = Path(__file__).parent
MAKING_TIMEOUT_S = 600
CHECKING_TIMEOUT_S = 300

Checker = Callable[[Path, Path], tuple[int, dict[str, Any]]]
"""Takes a file of HC1 texts, one a line, and a DSC in PEM; gives the exit code and the counts."""


def kept_folder(config: pytest.Config, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that is made once; what was not made to its end is made anew."""
    assert config.cache is not None
    folder = Path(config.cache.mkdir(name))
    if not (folder / "complete").exists():
        shutil.rmtree(folder)
        folder.mkdir()
        make(folder)
        (folder / "complete").touch()
    return folder


def python_with(config: pytest.Config, packages: Sequence[str]) -> Path:
    """The interpreter of an environment with these packages of PyPI."""

    def make(folder: Path) -> None:
        venv.create(folder, with_pip=True)
        python = folder / "bin" / "python"
        command = [python, "-m", "pip", "install", "--quiet", *packages]
        subprocess.run(command, check=True, timeout=MAKING_TIMEOUT_S)

    return kept_folder(config, "environment-of-verifiers", make) / "bin" / "python"


def counts_of(*command: Path | str) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=CHECKING_TIMEOUT_S)
    assert done.stdout, done.stderr[-2000:]
    return done.returncode, json.loads(done.stdout)


def with_npm(npm: str, folder: Path) -> None:
    """Installs what the package.json in a folder asks for, without running anything of it."""
    command = [npm, "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=folder, check=True, timeout=MAKING_TIMEOUT_S)
