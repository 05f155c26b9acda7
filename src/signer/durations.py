"""Lengths of time in seconds."""

from __future__ import annotations

__all__ = ["DAY_S", "HOUR_S", "MINUTE_S"]

MINUTE_S = 60
HOUR_S = 60 * MINUTE_S
DAY_S = 24 * HOUR_S
