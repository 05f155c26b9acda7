"""The only file that prints: results to stdout, everything else to stderr."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

__all__ = ["error", "json_result", "note", "result"]


def result(text: str) -> None:
    """One or more lines of what was asked for, to stdout."""
    _print(text, to_stderr=False)


def json_result(value: Any) -> None:
    """A result as one line of JSON, in ASCII so that no locale can spoil it."""
    _print(json.dumps(value, ensure_ascii=True, allow_nan=False), to_stderr=False)


def note(text: str) -> None:
    """What the user may want to know beside the result, to stderr."""
    _print(text, to_stderr=True)


def error(text: str) -> None:
    """Why the command failed, as one line `signer: <text>` to stderr, control characters escaped."""
    shown = "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)
    _print(f"signer: {shown}", to_stderr=True)


def _print(text: str, *, to_stderr: bool) -> None:
    encoding = (sys.stderr if to_stderr else sys.stdout).encoding or "utf-8"
    click.echo(text.encode(encoding, "backslashreplace").decode(encoding), err=to_stderr)
