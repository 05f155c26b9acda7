"""Counts by place that may be shown: none that is small can be read or worked out (docs/board.md)."""
