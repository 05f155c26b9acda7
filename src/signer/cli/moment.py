"""Points in time on the command line."""

from __future__ import annotations

from datetime import UTC, datetime

import click

__all__ = ["MomentType"]


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
