"""The options of `signer issue` that only a registry has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from signer.campaign.issue_parts import ROWS_PER_PART

__all__ = ["REGISTRY_OPTIONS", "registry_choices", "registry_options"]

OPTIONS = (
    click.option(
        "--per",
        type=click.Choice(["shot", "person"]),
        default="shot",
        show_default=True,
        help="A certificate for each shot, or for the latest dose of each person.",
    ),
    click.option("--new-plan", is_flag=True, help="Give up the plan that was begun with these shots."),
    click.option(
        "--take-over", is_flag=True, help="Take the registry from a run that is stopped and will not go on."
    ),
    click.option(
        "--rows-per-part",
        type=click.IntRange(1, 10_000_000),
        default=ROWS_PER_PART,
        show_default=True,
        metavar="N",
        help="Rows that are committed at a time: what a crash costs, once a worker.",
    ),
)
REGISTRY_OPTIONS = ("per", "new_plan", "take_over", "rows_per_part")


def registry_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options to a command."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def registry_choices(options: Mapping[str, Any]) -> dict[str, Any]:
    """What was chosen, by the names that a RegistryOrder has for it."""
    return {name: options[name] for name in REGISTRY_OPTIONS}
