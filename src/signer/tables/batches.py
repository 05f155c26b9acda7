"""Tables that come in row by row, as often as they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa

__all__ = ["Batches"]

Batches = Callable[[Sequence[str]], Iterator[pa.RecordBatch]]
"""Gives, each time from the beginning, some columns of a table in exactly the types of its schema."""
