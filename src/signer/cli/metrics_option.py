"""`--metrics FILE`: a registry in numbers for the node exporter, however the command has ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from signer.campaign.metrics import CommandRun, write_metrics
from signer.campaign.workspace import refuse_irregular
from signer.cli import ui
from signer.cli.run import usable_cores
from signer.errors import SignerError, StoppedHalfWay

__all__ = ["metrics_option", "metrics_written"]

Function = TypeVar("Function", bound=Callable[..., Any])


def metrics_option(command: Function) -> Function:
    """Adds the option to a command, which gets it as `metrics`."""
    return click.option(
        "--metrics",
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Write the registry in numbers, for Prometheus' node exporter.",
    )(command)


@contextmanager
def metrics_written(metrics: Path | None, registry: Path, command: str) -> Iterator[None]:
    """Writes the file when the block has ended, also where it has failed; without a file it does nothing.

    `registry` may come to be in the block. Raises OutputUnwritable before the block where the file's folder
    is missing, or what stands there is no file; afterwards StoppedHalfWay where it cannot be written and the
    block has not failed.
    """
    if metrics is None:
        yield
        return
    refuse_irregular(metrics)
    started_s = time.monotonic()
    exit_code = StoppedHalfWay.exit_code  # of a Ctrl-C, and of our own mistakes
    try:
        yield
        exit_code = 0
    except click.exceptions.Exit as ended:
        exit_code = ended.exit_code
        raise
    except SignerError as error:
        exit_code = error.exit_code
        raise
    finally:
        run = CommandRun(command, exit_code, time.monotonic() - started_s)
        try:
            write_metrics(registry, metrics, time.time(), run, usable_cores())
        except SignerError as error:
            if exit_code in (0, 1):
                raise
            ui.error(str(error))
