"""The options that tell how QR codes shall look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click
from click.core import ParameterSource

from signer.records.pictures import LEVELS, PictureOptions

__all__ = ["picture_options", "refuse_idle", "symbol_options"]

SYMBOL = (
    click.option(
        "--qr-level",
        type=click.Choice(LEVELS, case_sensitive=False),
        default=PictureOptions.level,
        show_default=True,
        help="Error correction of the QR code.",
    ),
    click.option("--qr-raise-level", is_flag=True, help="Take a higher level where the code stays as large."),
)
PIXELS = (
    click.option(
        "--qr-scale",
        type=click.IntRange(1, 16),
        default=PictureOptions.scale,
        show_default=True,
        metavar="N",
        help="Pixels a module.",
    ),
    click.option(
        "--qr-quiet-zone",
        type=click.IntRange(0, 32),
        default=PictureOptions.quiet_zone,
        show_default=True,
        metavar="N",
        help="White modules around the code; fewer than 4 break the standard.",
    ),
)


def symbol_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds qr_level and qr_raise_level to a command."""
    for option in reversed(SYMBOL):
        command = option(command)
    return command


def picture_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds these, and qr_scale and qr_quiet_zone."""
    for option in reversed(PIXELS):
        command = option(command)
    return symbol_options(command)


def refuse_idle(ctx: click.Context, used: Mapping[str, bool], choice: str) -> None:
    """Raises UsageError for an option that was given and is not `used`: it would be silently without effect.

    `choice` is what makes it idle, such as "--qr none".
    """
    for name, is_used in used.items():
        if not is_used and ctx.get_parameter_source(name) is not ParameterSource.DEFAULT:
            raise click.UsageError(f"--{name.replace('_', '-')} has no effect on {choice}")
