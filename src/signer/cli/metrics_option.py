"""`--metrics FILE`: a registry in numbers for the node exporter, however the command has ended."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from signer.campaign.metrics import CommandRun, write_metrics
from signer.campaign.workspace import refuse_in_registry, refuse_irregular
from signer.cli import ui
from signer.cli.run import usable_cores
from signer.errors import OutputUnwritable, SignerError, StoppedHalfWay

__all__ = ["metrics_option", "metrics_written", "refuse_other_file"]

SUFFIX = ".prom"
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

    `registry` may come to be in the block. Raises OutputUnwritable before the block where the file is in the
    registry or has another ending than SUFFIX, its folder is missing, or what stands there is no file;
    afterwards StoppedHalfWay where it cannot be written and the block has not failed. Whatever becomes of the
    file, a block that has failed ends with its own exit code.
    """
    if metrics is None:
        yield
        return
    refuse_other_file(metrics, registry)
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
        _write(registry, metrics, CommandRun(command, exit_code, time.monotonic() - started_s))


def refuse_other_file(metrics: Path, registry: Path) -> None:
    """Raises OutputUnwritable for what may be something else: see `metrics_written`."""
    if metrics.suffix != SUFFIX:
        raise OutputUnwritable(f"{metrics}: the node exporter reads files that end in {SUFFIX}; name one")
    refuse_in_registry(metrics, registry)
    refuse_irregular(metrics)


def _write(registry: Path, metrics: Path, run: CommandRun) -> None:
    """Raises what goes wrong where the command has done its work, and tells it where that has failed."""
    is_done = run.exit_code in (0, 1)
    try:
        unreadable = write_metrics(registry, metrics, time.time(), run, usable_cores())
    except SignerError as error:
        if is_done:
            raise
        ui.error(str(error))
    except Exception as error:  # a mistake in counting must not hide how the command has ended
        if is_done:
            raise
        ui.note(traceback.format_exc())
        ui.error(f"{metrics}: not written, by a mistake in signer ({error}); please report the lines above")
    else:
        if unreadable is not None and is_done:  # otherwise the command has told why it failed
            ui.error(str(unreadable))
