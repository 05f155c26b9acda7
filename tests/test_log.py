"""One log for all processes, on stderr."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest

from signer import log
from signer.engines.local import LocalEngine

logger = logging.getLogger("signer.tests")


class Speaker:
    """A worker that says which part it has."""

    def __init__(self, report: Callable[[int], None]) -> None:
        """Nothing to open."""

    def __call__(self, part: int) -> None:
        logger.info("part %d", part)
        logger.debug("details of part %d", part)

    def close(self) -> None:
        """Nothing to close."""


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    log.close()


@pytest.mark.parametrize("verbose", [False, True])
def test_lines_of_all_workers_come_to_stderr_whole(capsys: pytest.CaptureFixture[str], verbose: bool) -> None:
    log.configure(verbose)
    with LocalEngine(2) as engine:
        list(engine.run(range(50), Speaker))
    logger.warning("the end")
    log.close()
    lines = capsys.readouterr().err.splitlines()
    said = sorted(line.rsplit(": ", 1)[1] for line in lines)
    expected = [f"part {part}" for part in range(50)] + ["the end"]
    if verbose:
        expected += [f"details of part {part}" for part in range(50)]
    assert said == sorted(expected)
    assert {line.split()[3].rstrip(":") for line in lines} == {"MainProcess", "worker-1", "worker-2"}


def test_configuring_again_doubles_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(verbose=False)
    log.configure(verbose=False)
    logger.info("once")
    log.close()
    assert capsys.readouterr().err.count("once") == 1
