"""The options that say which certificates are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from signer.cli.unicode_texts import is_unicode
from signer.packing.selection import Selection
from signer.revoking.identifiers import id_of

__all__ = ["selection_of", "selection_options"]

FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2100, 1, 1)


class IdsType(click.ParamType[tuple[str, ...]]):
    """An id, or `@FILE` of ids, one a line; what blanks around them are is as in `signer revoke`."""

    name = "id"

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        text = str(value)
        try:
            lines = _lines(Path(text[1:])) if text.startswith("@") else (text,)
            ids = tuple(id_of(self._kind, line) for line in lines)
        except OSError as error:
            self.fail(f"{text[1:]}: cannot be read: {error.strerror}", param, ctx)
        except UnicodeError:
            self.fail("not in UTF-8", param, ctx)
        if not all(map(is_unicode, ids)):
            self.fail("not in UTF-8", param, ctx)
        if not any(map(str.strip, ids)):
            self.fail(f"{text!r} names no id", param, ctx)
        return ids


def _lines(path: Path) -> Iterator[str]:
    """As they stand, but without a byte order mark, what ends a line, and lines of nothing but blanks."""
    with path.open(encoding="utf-8-sig") as file:
        yield from (line.removesuffix("\n") for line in file if line.strip())


class DayType(click.ParamType[date]):
    """A day, YYYY-MM-DD."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day such as 2022-04-14", param, ctx)
        if not FIRST_DAY <= day < LAST_DAY:
            self.fail(f"{value!r} is not between {FIRST_DAY} and {LAST_DAY}", param, ctx)
        return day


SELECTION = (
    click.option(
        "--uvci", metavar="ID|@FILE", type=IdsType("uvci"), multiple=True, help="Only this one; repeatable."
    ),
    click.option(
        "--shot-id",
        metavar="ID|@FILE",
        type=IdsType("shot_id"),
        multiple=True,
        help="Only of this shot; blanks count. Repeatable.",
    ),
    click.option("--province", metavar="NAME", multiple=True, help="Only of this province; repeatable."),
    click.option("--facility", metavar="NAME", multiple=True, help="Only of this facility; repeatable."),
    click.option(
        "--issued-from", metavar="DAY", type=DayType(), help="Only with iat on this UTC day or later."
    ),
    click.option(
        "--issued-until", metavar="DAY", type=DayType(), help="Only with iat on this UTC day or earlier."
    ),
)


def selection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds uvci, shot_id, province, facility, issued_from and issued_until to a command."""
    for option in reversed(SELECTION):
        command = option(command)
    return command


def selection_of(
    *,
    uvci: Iterable[tuple[str, ...]],
    shot_id: Iterable[tuple[str, ...]],
    province: tuple[str, ...],
    facility: tuple[str, ...],
    issued_from: date | None,
    issued_until: date | None,
) -> Selection:
    """What these options say together. Raises UsageError."""
    if issued_from and issued_until and issued_from > issued_until:
        raise click.UsageError("--issued-from is after --issued-until")
    if not all(is_unicode(name) for name in (*province, *facility)):
        raise click.UsageError("--province and --facility are to be given in UTF-8")
    return Selection(
        uvcis=[each for ids in uvci for each in ids],
        shot_ids=[each for ids in shot_id for each in ids],
        provinces=province,
        facilities=facility,
        issued_from=issued_from,
        issued_until=issued_until,
    )
