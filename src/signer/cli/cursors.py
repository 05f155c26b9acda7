"""Versions on the command line: up to where somebody has followed a registry, as a command told it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

__all__ = ["CursorType"]

CursorT = TypeVar("CursorT")


class CursorType(click.ParamType[CursorT]):
    """A cursor of this kind; `of_text` reads it, and raises ValueError where a text is none."""

    name = "version"

    def __init__(self, kind: type[CursorT], of_text: Callable[[str], CursorT]) -> None:
        self._kind, self._of_text = kind, of_text

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> CursorT:
        if isinstance(value, self._kind):
            return value
        try:
            return self._of_text(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)
