"""Texts of the command line that are in the encoding of the locale: other bytes come as lone surrogates."""

from __future__ import annotations

import click

__all__ = ["is_unicode", "unicode_text"]


def is_unicode(text: str) -> bool:
    """Whether an argument can be written in UTF-8."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def unicode_text(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """The callback of an option whose text goes into tables or is sought there."""
    if value is not None and not is_unicode(value):
        raise click.BadParameter("not in UTF-8")
    return value
