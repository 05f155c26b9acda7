"""Spans of time and sizes of files, for people to read."""

from __future__ import annotations

from signer.cli.words import counted
from signer.durations import DAY_S, HOUR_S, MINUTE_S

__all__ = ["in_bytes", "in_time"]

UNITS = ("kB", "MB", "GB", "TB")


def in_time(seconds: float) -> str:
    """In its two greatest units: "45 s", "12 min 5 s", "3 h", "2 days 4 h"; to the second."""
    whole = round(seconds)
    days, hours = counted(whole // DAY_S, "day"), whole % DAY_S // HOUR_S
    if whole >= DAY_S:
        return f"{days} {hours} h" if hours else days
    for unit_s, unit, smaller_s, smaller in ((HOUR_S, "h", MINUTE_S, "min"), (MINUTE_S, "min", 1, "s")):
        if whole >= unit_s:
            rest = whole % unit_s // smaller_s
            return f"{whole // unit_s} {unit} {rest} {smaller}" if rest else f"{whole // unit_s} {unit}"
    return f"{whole} s"


def in_bytes(n_bytes: int) -> str:
    """In the greatest decimal unit that leaves a number of 1 or more: "512 bytes", "1.5 kB"."""
    if n_bytes < 1000:
        return counted(n_bytes, "byte")
    size, units = n_bytes / 1000, list(UNITS)
    while size >= 999.95 and len(units) > 1:
        size /= 1000
        del units[0]
    return f"{size:,.1f} {units[0]}"
