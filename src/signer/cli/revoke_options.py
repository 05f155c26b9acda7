"""The options by which `signer revoke` is told which certificates an order is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import click

from signer.cli.selection_options import DayType
from signer.cli.unicode_texts import is_unicode

__all__ = ["criteria_options", "named_in", "short_text"]

Function = TypeVar("Function", bound=Callable[..., Any])

MOST_CHARACTERS = 500

CRITERIA = {
    "uvci": ("--uvci", "UVCI", "This certificate."),
    "shot_id": ("--shot", "ID", "Those of this shot; blanks count."),
    "person_id": ("--person", "ID", "Those of this person; needs --profile. Other users see command lines."),
    "province": ("--province", "NAME", "Those of this province."),
    "district": ("--district", "NAME", "Those of this district, of whatever province."),
    "facility": ("--facility", "NAME", "Those of this facility."),
    "lot": ("--lot", "LOT", "Those of shots from this lot; needs --shots."),
    "kid": ("--kid", "HEX", "Those ever signed under this kid, 16 hexadecimal digits."),
    "campaign": ("--campaign", "NAME", "Those signed in this campaign."),
}
"""Each kind with its option, what stands for its value, and the help."""


def criteria_options(command: Function) -> Function:
    """Adds them all; values of one kind are alternatives, and all kinds must hold."""
    for name, day, which in (
        ("--issued-until", "issued_until", "earlier"),
        ("--issued-from", "issued_from", "later"),
    ):
        told = f"Those with an iat on this UTC day or {which}."
        command = click.option(name, day, metavar="DAY", type=DayType(), help=told)(command)
    for kind, (option, shown, told) in reversed(CRITERIA.items()):
        callback = _kid if kind == "kid" else _texts
        command = click.option(
            option, kind, metavar=shown, multiple=True, callback=callback, help=f"{told} Repeatable."
        )(command)
    return command


def named_in(options: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    """The criteria that were given, by their kinds."""
    return {kind: options[kind] for kind in CRITERIA if options[kind]}


def short_text(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    """The callback of options whose text is kept for good."""
    text = value.strip()
    if not text or len(text) > MOST_CHARACTERS or not text.isprintable():
        raise click.BadParameter(f"write 1 to {MOST_CHARACTERS} characters in UTF-8, on one line")
    return text


def _texts(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    if not all(value.strip() for value in values):
        raise click.BadParameter("an empty text names nothing")
    if not all(map(is_unicode, values)):
        raise click.BadParameter("not in UTF-8")
    return values


def _kid(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not re.fullmatch("[0-9a-fA-F]{16}", value):
            raise click.BadParameter(
                f"{value!r} is no kid: write its 16 hexadecimal digits, as `signer keys show` does"
            )
    return tuple(value.lower() for value in values)
