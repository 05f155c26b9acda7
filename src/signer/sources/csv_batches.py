"""Batches of a CSV as pyarrow reads them, without what it writes to stderr of rows that it cannot decode."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.csv as pa_csv

__all__ = ["InvalidRowHandler", "csv_batches"]

InvalidRowHandler = Callable[[pa_csv.InvalidRow], str]


def csv_batches(
    opening: Callable[[], pa_csv.CSVStreamingReader], handler: InvalidRowHandler
) -> Iterator[pa.RecordBatch]:
    """The batches of the reader that `opening` gives, whose rows of wrong length go to `handler`.

    Such a row in another encoding cannot be handed over: the reader ends with an error then, which is enough.
    Raises as the reader does.
    """
    with _quiet_about(handler):
        reader = opening()
    with reader:
        while True:
            with _quiet_about(handler):
                try:
                    batch = reader.read_next_batch()
                except StopIteration:
                    return
            yield batch


@contextmanager
def _quiet_about(handler: InvalidRowHandler) -> Iterator[None]:
    """Python says of an error that nobody can catch, as in a call from C, that it was ignored."""
    before = sys.unraisablehook

    def unless_undecodable(told: sys.UnraisableHookArgs) -> None:
        if not (isinstance(told.exc_value, UnicodeDecodeError) and told.object == handler):
            before(told)

    sys.unraisablehook = unless_undecodable
    try:
        yield
    finally:
        sys.unraisablehook = before
