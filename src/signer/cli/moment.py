"""Points in time on the command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

__all__ = ["MomentType", "PastMomentType", "told_if_ahead"]

MOST_AHEAD = timedelta(days=1)
"""How far a time of issue or of an order may lie ahead: for clocks that differ, not for the future."""


class MomentType(click.ParamType[int]):
    """A point in time in ISO 8601, with its zone; as seconds since 1970."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no time such as 2022-04-14T10:15:00+07:00", param, ctx)
        if moment.tzinfo is None:
            self.fail(f"{value!r} has no zone: append Z or one such as +07:00", param, ctx)
        if not datetime(2020, 12, 1, tzinfo=UTC) <= moment < datetime(2100, 1, 1, tzinfo=UTC):
            self.fail(f"{value!r} is not between 2020-12-01 and 2100", param, ctx)
        return int(moment.timestamp())


class PastMomentType(MomentType):
    """A point in time that is not ahead of now, but for a little."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        moment_s = super().convert(value, param, ctx)
        if told := told_if_ahead(moment_s):
            self.fail(f"{value!r} {told}", param, ctx)
        return moment_s


def told_if_ahead(moment_s: int) -> str:
    """What is wrong with a time, in seconds since 1970, that lies too far ahead; nothing of all others."""
    now = datetime.now(UTC)
    if moment_s <= (now + MOST_AHEAD).timestamp():
        return ""
    return f"is more than a day ahead of now, {now:%Y-%m-%dT%H:%M:%SZ}"
