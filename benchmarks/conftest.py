"""Options and fixtures of the benchmarks: the walk over CPU levels, records to work on, and the duel."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from duel import Duel
from levels import DISABLED, Level
from openssl_speed import openssl_version, sign_us
from workload import Workload

from signer import _core


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("signer benchmarks")
    group.addoption("--measured-on", metavar="DATE", help="Date to write into the results.")
    group.addoption("--rows", type=int, default=200_000, metavar="N", help="Rows of the end-to-end runs.")
    group.addoption(
        "--duels", type=int, default=9, metavar="N", help="Rounds of each comparison, ours and theirs."
    )


def pytest_benchmark_update_machine_info(config: pytest.Config, machine_info: dict[str, Any]) -> None:
    """Adds the conditions that ratios depend on."""
    machine_info["measured_on"] = config.getoption("--measured-on")
    machine_info["openssl"] = openssl_version()
    machine_info["highest_level"] = _core.select_cpu("")
    machine_info["libc"] = " ".join(platform.libc_ver())


@pytest.fixture(params=list(DISABLED))
def level(request: pytest.FixtureRequest) -> Iterator[Level]:
    """Walks the CPU levels that this machine has."""
    if _core.select_cpu(DISABLED[request.param]) != request.param:
        _core.select_cpu("")
        pytest.skip(f"this processor has no level {request.param}")
    yield Level(request.param, DISABLED[request.param])
    _core.select_cpu("")


@pytest.fixture(scope="session")
def workload(tmp_path_factory: pytest.TempPathFactory) -> Workload:
    """Shots that pass all checks, and what each stage makes of them."""
    return Workload.make(tmp_path_factory.mktemp("workload"))


@pytest.fixture
def duel(benchmark: Any, level: Level, request: pytest.FixtureRequest) -> Callable[..., None]:
    """Times ours and a baseline in turn, at each level; see Duel."""
    return Duel(benchmark, level.name, rounds=request.config.getoption("--duels"))


@pytest.fixture
def openssl_us() -> Callable[[], float]:
    """The yardstick of the goals, where there is one."""
    if openssl_version() is None:
        pytest.skip("there is no openssl command")
    return sign_us
